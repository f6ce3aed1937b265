-- A database dump of the shape that mysqldump writes, made for the tests of the import.

/*!40101 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `dashboard`;
CREATE TABLE `dashboard` (
  `id` int(11) NOT NULL,
  `userid` int(11) NOT NULL,
  `content` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `dashboard` WRITE;
/*!40000 ALTER TABLE `dashboard` DISABLE KEYS */;

INSERT INTO `dashboard` VALUES (1,1,'<div style=\"a:\'b\'\">); INSERT INTO `users` VALUES (9);</div>\n\\'),
(2,1,'');

/*!40000 ALTER TABLE `dashboard` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `device`;
CREATE TABLE `device` (
  `id` int(11) NOT NULL,
  `userid` int(11) NOT NULL,
  `nodeid` text DEFAULT NULL,
  `name` text DEFAULT NULL,
  `description` text DEFAULT NULL,
  `type` varchar(32) DEFAULT NULL,
  `devicekey` varchar(64) DEFAULT NULL,
  `time` int(10) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `device` WRITE;
/*!40000 ALTER TABLE `device` DISABLE KEYS */;

INSERT INTO `device` VALUES (1,1,'emontx','Meter','under the stairs','emontx4/cm','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1',NULL);

/*!40000 ALTER TABLE `device` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `feeds`;
CREATE TABLE `feeds` (
  `id` int(11) NOT NULL,
  `name` text DEFAULT NULL,
  `userid` int(11) NOT NULL,
  `tag` text DEFAULT NULL,
  `time` int(10),
  `value` double,
  `datatype` int(11) NOT NULL,
  `public` tinyint(1) DEFAULT 0,
  `size` int(11) NOT NULL,
  `engine` int(11) NOT NULL DEFAULT 0,
  `server` int(11) NOT NULL,
  `options` text DEFAULT NULL,
  `processList` text DEFAULT NULL,
  `unit` varchar(10) DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `feeds` WRITE;
/*!40000 ALTER TABLE `feeds` DISABLE KEYS */;

INSERT INTO `feeds` VALUES (1,'use',1,'emontx',1700000390,234.0,1,1,176,5,0,'{\"interval\":10}','','W'),
(2,'Megan\'s heat pump',1,'Wärme',NULL,NULL,1,0,119,5,0,NULL,NULL,'kW'),
(3,'daily',1,'emontx',NULL,1.5e-07,2,0,49,2,0,NULL,NULL,'kWh'),
(4,'both',1,'Virtual',NULL,NULL,1,0,0,7,0,NULL,'53:1,2:0.001,55:2,schedule__if_not_schedule_zero:3','kW'),
(5,'ancient',1,'old',NULL,NULL,1,0,0,0,0,NULL,NULL,''),
(6,'broken',1,'old',NULL,NULL,1,0,0,5,0,NULL,NULL,'');

INSERT INTO `feeds` VALUES (7,'not yet',1,NULL,NULL,NULL,1,0,0,5,0,NULL,NULL,''),
(8,'quick',1,'emontx',NULL,NULL,1,0,0,5,0,NULL,NULL,'°C'),
(9,'lost',1,'old',NULL,NULL,1,0,0,5,0,NULL,NULL,''),
(12,'use',2,'emontx',NULL,NULL,1,0,0,5,0,NULL,NULL,'W'),
(13,'of nobody',7,'emontx',NULL,NULL,1,0,0,5,0,NULL,NULL,'W');

/*!40000 ALTER TABLE `feeds` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `input`;
CREATE TABLE `input` (
  `id` int(11) NOT NULL,
  `userid` int(11) NOT NULL,
  `name` text DEFAULT NULL,
  `description` text DEFAULT NULL,
  `nodeid` text DEFAULT NULL,
  `processList` text DEFAULT NULL,
  `time` int(10),
  `value` float,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `input` WRITE;
/*!40000 ALTER TABLE `input` DISABLE KEYS */;

INSERT INTO `input` VALUES (1,1,'power1','grid','emontx','1:1,4:3',NULL,NULL),
(2,1,'power2','','emontx','2:0.5,11:1,1:2,71:15:3',NULL,NULL),
(3,1,'temp','','emontx','1:5,1:8,process__allowpositive:0,35:house/temp',NULL,NULL),
(4,1,'odd','it\'s \"odd\"','5','99:3,1:1',NULL,NULL),
(5,2,'power1','','emontx','1:12,6:1',NULL,NULL),
(6,1,'peak','','emontx','schedule__if_not_schedule_zero:3,1:7,6:77',NULL,NULL);

/*!40000 ALTER TABLE `input` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `schedule`;
CREATE TABLE `schedule` (
  `id` int(11) NOT NULL,
  `userid` int(11) NOT NULL,
  `name` varchar(30),
  `expression` text DEFAULT NULL,
  `public` tinyint(1),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `schedule` WRITE;
/*!40000 ALTER TABLE `schedule` DISABLE KEYS */;

INSERT INTO `schedule` VALUES (3,1,'Peak','Mon-Fri | 17:00-19:00',0);

/*!40000 ALTER TABLE `schedule` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int(11) NOT NULL,
  `username` varchar(30),
  `email` varchar(64),
  `password` varchar(64),
  `salt` varchar(32),
  `apikey_write` varchar(64),
  `apikey_read` varchar(64),
  `lastlogin` datetime,
  `admin` int(11) NOT NULL,
  `gravatar` varchar(30),
  `name` varchar(30),
  `location` varchar(30),
  `timezone` varchar(64),
  `language` varchar(5),
  `bio` text DEFAULT NULL,
  `tags` text DEFAULT NULL,
  `startingpage` varchar(64),
  `email_verified` int(11) NOT NULL,
  `verification_key` varchar(64),
  `uuid` varchar(32),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=99 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;

INSERT INTO `users` VALUES (1,'megan','megan@example.org','04dafcce92e261c45d19d0a34c90c916faa067ca8964008fbddffc102b556a8b','6f1c2a90b7e34d58a1c0ffee12345678','0123456789abcdef0123456789abcde1','0123456789abcdef0123456789abcde2','2024-01-01 10:00:00',1,'','Megan','Cardigan','Europe/London','cy_GB',NULL,NULL,'feed/list',0,'','5f1d7c0a9b2e4f63a8c4d5e6f7a8b9c0'),
(2,'tomos','tomos@example.org','7899dce0c341baa546ca25552ec348d973f719ff694bec5aa723e47804fd5757','00112233445566778899aabbccddeeff','0123456789abcdef0123456789abcde3','0123456789abcdef0123456789abcde4',NULL,0,'','','','Mars/Olympus','en_GB','Likes \"sheep\"',NULL,'dashboard/view',0,'','');

/*!40000 ALTER TABLE `users` ENABLE KEYS */;
UNLOCK TABLES;
