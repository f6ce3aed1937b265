import { proofOf } from '../../../models/pairing/request.ts';
import { asks, legacy, logIn, type NewDevice, newDevice, person, place, tryOpen } from './actors.ts';
import { HOUSE, type World } from './world.ts';

/** Everything somebody may try in order to get a login that is not his. Each sets up a world; its schedule is the seed's. */
export const SCENARIOS: Readonly<Record<string, (world: World) => void>> = {
  'forged beacon': (world) => {
    // the plug obeys a beacon of the attacker, who passes its question on, with and without saying so
    const [plug, attacker] = [place(world, 'plug'), place(world, 'attacker')];
    world.act(() => person(world, { mine: [plug] }));
    world.act(() => legacy(world, attacker, { greedy: true, proxied: world.chance() < 0.3 }));
    world.act(() => legacy(world, plug, { tries: 4 }));
  },

  'address takeover': (world) => {
    const plug = place(world, 'plug');
    const attacker = { ...place(world, 'attacker'), ip: plug.ip };
    let isGone = false;
    world.act(() => person(world, { mine: [plug] }));
    world.act(() => legacy(world, plug, { tries: 8, lossy: 0.5, isGone: () => isGone }));
    world.act(async () => {
      for (let waits = Math.floor(world.chance() * 30); waits > 0; waits -= 1) await world.turn();
      world.cards.set(plug.ip, attacker.mac);
      // the plug is off the network: what it still says does not arrive
      isGone = true;
      await legacy(world, attacker, { greedy: true, lossy: 0 });
    });
  },

  replay: (world) => {
    const device = newDevice(world, place(world, 'device'));
    const thief: NewDevice = { ...device, ...place(world, 'thief'), privateKey: world.random.bytes(32) };
    world.act(() => person(world, { mine: [device] }));
    world.act(() => asks(world, device));
    world.act(() => asks(world, thief));
    world.act(() => replayPolls(world, device, thief));
  },

  flood: (world) => {
    const plug = place(world, 'plug');
    const device = newDevice(world, place(world, 'device'));
    world.act(() => person(world, { mine: [plug, device], denies: 0.8 }));
    for (let one = 0; one < 24; one += 1) {
      const flooder = place(world, `flooder ${one}`, `10.9.${one}.7`);
      if (one % 2) world.act(() => legacy(world, flooder, { tries: 5, lossy: 0, greedy: true }));
      else for (let more = 0; more < 4; more += 1) world.act(() => asks(world, newDevice(world, flooder), 2));
    }
    world.act(() => legacy(world, plug));
    world.act(() => asks(world, device));
  },

  'evil names': (world) => {
    const device = newDevice(world, place(world, 'device'), { name: world.pick(EVIL), id: 'a.b-c_1' });
    const stranger = newDevice(world, place(world, 'stranger'), { name: world.pick(EVIL), id: 'a.b-c_1' });
    world.act(() => person(world, { mine: [device] }));
    for (const one of [device, stranger]) world.act(() => asks(world, one));
    world.act(async () => {
      for (let look = 0; look < 10; look += 1) {
        await world.turn();
        for (const { name } of world.pairing.state(HOUSE).requests)
          if (/[\p{Cc}\p{Cf}]/u.test(name) || name.length > 128) world.problems.push(`shown: ${JSON.stringify(name)}`);
      }
    });
  },

  'two devices racing': (world) => {
    const [one, two] = [place(world, 'one'), place(world, 'two')];
    const [three, four] = [newDevice(world, place(world, 'three')), newDevice(world, place(world, 'four'))];
    const all = [one, two, three, four];
    const mine = all.filter(() => world.chance() < 0.6);
    world.act(() => person(world, { mine, looks: 24 }));
    for (const plug of [one, two]) world.act(() => legacy(world, plug, { tries: 20 }));
    for (const device of [three, four]) world.act(() => asks(world, device, 20));
  },

  'restart midway': (world) => {
    const plug = place(world, 'plug');
    const device = newDevice(world, place(world, 'device'));
    const attacker = place(world, 'attacker');
    world.act(() => person(world, { mine: [plug, device] }));
    world.act(() => legacy(world, plug, { tries: 20 }));
    world.act(() => asks(world, device));
    world.act(() => legacy(world, attacker, { tries: 20, greedy: true }));
    world.act(async () => {
      for (let waits = Math.floor(world.chance() * 40); waits > 0; waits -= 1) await world.turn();
      await world.boot();
      if (world.pairing.isOpen) world.problems.push('a window is open after a start');
      // the attacker has the plug's address now, and nobody has allowed anything since
      if (world.chance() < 0.5) world.cards.set(plug.ip, attacker.mac);
      world.act(() =>
        legacy(world, { ...attacker, ip: plug.ip, name: nameAt(world, plug, attacker.mac) }, { greedy: true }),
      );
      if (world.chance() < 0.5) world.act(() => person(world, { mine: [plug] }));
    });
  },

  'deny then ask again': (world) => {
    const stranger = place(world, 'stranger');
    const pushy = newDevice(world, place(world, 'pushy'));
    const plug = place(world, 'plug');
    world.act(() => person(world, { mine: [plug], denies: 1, blocks: 0.4 }));
    world.act(() => legacy(world, stranger, { tries: 20, greedy: true }));
    world.act(() => legacy(world, plug));
    for (let again = 0; again < 4; again += 1) world.act(() => asks(world, freshNonce(world, pushy), 4));
    world.act(() => staysAway(world));
  },

  'closed window': (world) => {
    const stranger = place(world, 'stranger');
    world.act(() => legacy(world, stranger, { tries: 8, greedy: true, lossy: 0 }));
    world.act(() => asks(world, newDevice(world, place(world, 'device'))));
    world.act(async () => {
      for (let look = 0; look < 12; look += 1) {
        await world.turn();
        if (world.pairing.isBusy) world.problems.push('something is kept while nobody lets devices in');
        world.pairing.allowAddress(HOUSE, stranger.ip, 'Megan');
      }
    });
  },

  'guessed ids and codes': (world) => {
    const device = newDevice(world, place(world, 'device'));
    const guesser = newDevice(world, place(world, 'guesser'));
    world.act(() => person(world, { mine: [device] }));
    world.act(() => asks(world, device));
    world.act(async () => {
      for (let guess = 0; guess < 60; guess += 1) {
        const [known] = [...world.askedBy.keys()];
        const id = world.chance() < 0.5 && known ? known : world.random.hex(16);
        const ip = world.pick([guesser.ip, device.ip]);
        const proof = world.pick([world.random.hex(32), '', proofOf(id, guesser.form.nonce)]);
        const answer = await world.pairing.poll(id, proof, ip).catch(() => null);
        if (answer) world.problems.push(`a guess was answered: ${answer.state}`);
        await world.turn();
      }
    });
  },

  'another’s sealed credential': (world) => {
    // the thief hears everything on the line, the proof too, and may stand behind the same router
    const device = newDevice(world, place(world, 'device'));
    const thief = { ...newDevice(world, place(world, 'thief')), form: device.form };
    const at = world.chance() < 0.5 ? { ...thief, ip: device.ip } : thief;
    world.act(() => person(world, { mine: [device] }));
    world.act(() => asks(world, device));
    world.act(() => replayPolls(world, device, at));
  },

  'reuse after the time': (world) => {
    const plug = place(world, 'plug');
    const before = [
      world.act(() => person(world, { mine: [plug], looks: 6 })),
      world.act(() => legacy(world, plug, { tries: 3, lossy: 0 })),
    ];
    world.act(async () => {
      await Promise.all(before);
      world.clock.advance(61_000);
      const held = world.holders.size;
      world.allowed.clear();
      world.clock.advance(300_000);
      await legacy(world, { ...plug, name: 'whoever came later' }, { tries: 4, greedy: true, lossy: 0 });
      if (world.holders.size !== held) world.problems.push('a login was given out after its time');
    });
  },

  'address shared by a proxy': (world) => {
    const proxy = place(world, 'proxy');
    const [one, two] = [
      { ...proxy, name: 'one' },
      { ...proxy, name: 'two' },
    ];
    const mine = newDevice(world, { ...proxy, name: 'mine' }, { id: 'mine-1' });
    const stranger = newDevice(world, { ...proxy, name: 'stranger' }, { id: 'mine-1' });
    world.act(() => person(world, { mine: [mine, proxy] }));
    for (const plug of [one, two]) world.act(() => legacy(world, plug, { proxied: true, greedy: true, lossy: 0 }));
    for (const device of [mine, stranger]) world.act(() => asks(world, device));
  },

  'revoked login': (world) => {
    const plug = place(world, 'plug');
    const before = [
      world.act(() => person(world, { mine: [plug], looks: 5 })),
      world.act(() => legacy(world, plug, { tries: 6, lossy: 0 })),
    ];
    world.act(async () => {
      await Promise.all(before);
      for (const { id } of world.logins.list(HOUSE)) await world.logins.revoke(HOUSE, id);
      if (world.chance() < 0.3) await world.boot();
      for (const [username, { actor, secret }] of world.holders) {
        if (logIn(world, actor, username, secret)) world.problems.push('a revoked login opened');
      }
      world.clock.advance(61_000);
      world.allowed.clear();
      await legacy(world, plug, { tries: 4, greedy: true, lossy: 0 });
    });
  },
};

const EVIL = [
  '<script>alert(1)</script>',
  'a:b:c',
  'a:b:c:1883',
  'line\r\nSet-Cookie: x=1',
  '\u202egnp.exe\u202c',
  '../../etc/passwd',
  'emon/#',
  '+/+/+',
  '$SYS/broker',
  "'; DROP TABLE devices; --",
  '\u0000\u0007\u001b[31m',
  'Ω'.repeat(250),
  '🔌 plug',
  ' ',
];

/** Whoever holds the plug's address when he asks. */
function nameAt(world: World, plug: { name: string; ip: string }, mac: string): string {
  return world.cards.get(plug.ip) === mac ? 'attacker' : plug.name;
}

function freshNonce(world: World, device: NewDevice): NewDevice {
  return { ...device, form: { ...device.form, nonce: world.random.hex(16) } };
}

/** Whoever is blocked is not shown. */
async function staysAway(world: World): Promise<void> {
  for (let look = 0; look < 20; look += 1) {
    await world.turn();
    const blocked = new Set([...world.stores.blocks.values()].map(({ identity }) => identity));
    for (const { mac, deviceId, state } of world.pairing.state(HOUSE).requests)
      if (state === 'waiting' && (blocked.has(`mac ${mac}`) || blocked.has(`id ${deviceId}`)))
        world.problems.push('somebody blocked is shown');
  }
}

/** Polls another's requests with all that went over the line, and tries every box that comes back. */
async function replayPolls(world: World, device: NewDevice, thief: NewDevice): Promise<void> {
  for (let attempt = 0; attempt < 15; attempt += 1) {
    await world.turn();
    for (const id of world.askedBy.keys()) {
      const answer = await world.pairing.poll(id, proofOf(id, device.form.nonce), thief.ip).catch(() => null);
      if (answer?.state === 'allowed') tryOpen(world, { ...thief, name: 'thief' }, id, answer.credential);
    }
  }
}
