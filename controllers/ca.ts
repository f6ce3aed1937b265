import type { Request, Response } from 'express';

/** `GET /ca.crt`: the hub's own certificate authority, for whoever is to trust it. Its fingerprint stands on the account page. */
export function authorityController(ca: () => string) {
  return {
    show(_req: Request, res: Response): void {
      res
        .type('application/x-x509-ca-cert')
        .set('Content-Disposition', 'attachment; filename="hearth-ca.crt"')
        .send(ca());
    },
  };
}
