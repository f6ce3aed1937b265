import type { RequestHandler } from 'express';
import helmet from 'helmet';

const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/**
 * The headers that keep a page to itself: scripts, styles and connections of our own only, nothing inline, in no frame of
 * another site. Without HSTS: the hub speaks plain HTTP at home, and a browser told otherwise could not come back.
 */
export function safeHeaders(): RequestHandler {
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: false,
    // Browsers ignore these two on plain HTTP and complain about each page.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  return (req, res, next) => {
    res.setHeader('Permissions-Policy', PERMISSIONS);
    secure(req, res, next);
  };
}
