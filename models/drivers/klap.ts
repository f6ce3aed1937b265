import { z } from 'zod';
import type { Discovery, Found } from './driver.ts';
import { macOf } from './mac.ts';

const HEADER = 16;

/**
 * TP-Link devices whose firmware asks for the owner's TP-Link account. Hearth cannot read them, but says so instead of leaving
 * a person to search for a plug that never shows up.
 */
export const klap: NonNullable<Discovery['udp']> = {
  port: 20002,
  probe: Buffer.from('020000010000000000000000463cb5d3', 'hex'),

  found(answer, address): Found | null {
    const said = ANSWER.safeParse(bodyOf(answer));
    const identity = macOf(said.data?.result.mac ?? '');
    if (!said.success || identity === undefined) return null;
    const { device_model, device_type } = said.data.result;
    return {
      family: 'kasa',
      identity,
      address,
      model: device_model,
      name: '',
      type: /PLUG/i.test(device_type) ? 'plug' : '',
      supported: false,
      note: 'firmware not supported',
    };
  },
};

const ANSWER = z.object({
  result: z.object({
    mac: z.string(),
    device_model: z.string().default(''),
    device_type: z.string().default(''),
  }),
});

function bodyOf(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.subarray(HEADER).toString());
  } catch {
    return null;
  }
}
