/** Whether `password`, in lower case, is among those that guessers try first, or only repeats or counts. */
export function isCommonPassword(password: string): boolean {
  return COMMON.has(password) || isPattern(password);
}

/** One or two characters over and over, or a run along the alphabet, the digits or the keyboard. */
function isPattern(password: string): boolean {
  if (new Set(password).size <= 2) return true;
  return RUNS.some((run) => run.includes(password) || [...run].reverse().join('').includes(password));
}

const RUNS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
];

// Gathered for Hearth: of at least eight characters, all in lower case.
const COMMON = new Set(
  `
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 qazwsxedc qazwsx123 q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1
qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyuiop123 qwer1234 qweasdzxc asdf1234 asdfasdf asdfghjkl1 zxcv1234 zxcvbnm1
qweqweqwe asdasdasd 123qweasd 123qwe123 qwe123qwe 1234qwer 12qwaszx 123456qwerty 123456789q 123456789a a123456789 a1234567
a12345678 aa123456 aaa12345 abc12345 abc123456 abcd1234 abc123abc 1234abcd 123abc123 12345abc 1a2b3c4d a1b2c3d4 a1s2d3f4
12341234 11223344 12121212 12344321 12345679 123123123 123321123 11112222 10203040 147258369 159753456 741852963 963852741
789456123 987654321 98765432 87654321 135792468 246813579 1029384756 1122334455 11111111 00000000 88888888 99999999
19901990 20002000 20202020 20242024 20252025 20262026 01012000 01011990 01011980 31121999 12345678 123456789 1234567890
password password1 password2 password12 password123 password1234 password! passw0rd passw0rd1 p@ssw0rd p@ssword pa55word
pa55w0rd passwort passwort1 passwort123 mypassword thepassword newpassword nopassword yourpassword mypass123 passpass
pass1234 pass12345 password01 password99 passwordpassword drowssap secret123 secretsecret topsecret letmein1 letmein123
letmeinnow welcome1 welcome12 welcome123 welcome2 welcomehome changeme changeme1 changeme123 changeit default1 default123
admin123 admin1234 admin12345 adminadmin administrator administrator1 root1234 rootroot toor1234 guest123 guestguest
user1234 username test1234 test12345 testtest testing1 testing123 temp1234 temporary sample123 demo1234 demodemo login123
iloveyou iloveyou1 iloveyou2 iloveyou123 iloveyouu ilovehim iloveher ilovegod iloveme1 lovelove love1234 loveyou1 lovers123
sweetheart sweetie1 princess princess1 princess123 sunshine sunshine1 sunshine123 butterfly butterfly1 rainbow1 beautiful
beautiful1 precious gorgeous cupcakes chocolate chocolate1 cheesecake cookies1 strawberry blueberry pineapple watermelon
bananas1 football football1 football123 baseball baseball1 basketball softball1 hockey12 soccer12 swimming cheerleader
liverpool liverpool1 liverpool123 chelsea1 chelseafc arsenal1 arsenalfc everton1 manchester manutd01 mancity1 rangers1
celtic1888 tottenham newcastle barcelona barcelona1 realmadrid juventus bayern01 borussia schalke04 dortmund hamburg1
superman superman1 superman123 batman123 batman12 spiderman spiderman1 wolverine ironman1 starwars starwars1 startrek
skywalker darthvader gandalf1 pokemon1 pokemon123 pikachu1 minecraft minecraft1 nintendo playstation fortnite roblox123
counterstrike warcraft worldofwarcraft digimon1 hellokitty tinkerbell mickey12 mickeymouse garfield snoopy12 simpsons
michael1 michelle michelle1 jennifer jennifer1 jessica1 jessica12 elizabeth elizabeth1 stephanie samantha samantha1
alexander alexander1 alexandra anthony1 benjamin benjamin1 brandon1 caroline catherine charles1 charlie1 charlie123
charlotte christian christina christine christopher courtney daniel12 danielle danielle1 dominic1 florence francesca
franklin frederick gabriel1 gabriela gabrielle giovanni isabella isabella1 jasmine1 jonathan jonathan1 jordan23 joseph12
joshua12 kathleen kimberly kristina lawrence leonardo madison1 margaret maximilian matthew1 nathan12 nicholas nicole12
olivia12 patricia patrick1 phillips rebecca1 richard1 robert12 sebastian sebastian1 steven12 thomas12 timothy1 valentina
valentine vanessa1 veronica victoria victoria1 vincent1 william1 williams megan123 gareth12 rhiannon
computer computer1 computer123 internet internet1 internet123 microsoft windows1 windows10 linux123 ubuntu12 raspberry
raspberry1 raspberrypi raspbian raspberrypi1 homeassistant emoncms1 emoncms123 emonpi2016 emonpi123 openenergy hearth123
hearthhearth energy123 energyhub smarthome smarthome1 myhouse1 homehome homesweethome myhome123 wireless router12 network1
database samsung1 samsung123 iphone12 apple123 google123 facebook facebook1 youtube1 whatsapp instagram linkedin linkedin1
dropbox1 hotmail1 yahoo123 gmail123 android1 blackberry
master12 master123 mastermind monkey12 monkey123 dragon12 dragon123 dragonball dragonfly shadow12 shadow123 killer12
killer123 hunter12 hunter123 hunter22 tigger12 ginger12 cheese123 pepper12 buster12 summer12 summer123 summer2024
summer2025 winter12 winter123 winter2024 winter2025 autumn12 spring12 spring2025 january1 february september september1
october1 november november1 december december1 monday12 saturday thursday wednesday birthday birthday1 christmas christmas1
freedom1 freedom123 forever1 forever21 whatever whatever1 whatever123 nothing1 something something1 everything trustno1
trustnoone trustme1 blink182 slipknot metallica metallica1 nirvana1 ironmaiden greenday beatles1 eminem12 rockstar rockyou1
rocknroll maverick mustang1 mercedes mercedes1 porsche1 porsche911 ferrari1 corvette lamborghini chevrolet camaro12 harley12
yamaha12 kawasaki motorola peterpan lollipop sunflower sunflower1 snowball snowflake snowman1 elephant elephant1 dolphin1
dolphins crocodile alligator scorpion scorpio1 capricorn sagittarius aquarius mountain mountains universe jupiter1 mercury1
midnight midnight1 moonlight starlight brooklyn scotland ireland1 cymru123 cymruambyth deutschland schatz123 hallo123
hallohallo hallo1234 ichliebedich liebling geheim123 sommer12 schalke1 fussball fussball1 ficken123 arschloch bienvenue
azertyuiop azerty123 motdepasse motdepasse1 soleil12 bonjour1 bonjour123 contrasena contraseña
`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
