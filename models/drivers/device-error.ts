/**
 * Why a device could not be read or switched. `timeout`: no answer in time. `unreachable`: nothing is there. `login`: it wants
 * another password. `answer`: it said no. `garbled`: what it said is not to be understood. `too large`: it said too much.
 * `forbidden`: the address is not of this house. `unsupported`: the family cannot do this.
 */
export type DeviceFault =
  | 'timeout'
  | 'unreachable'
  | 'login'
  | 'answer'
  | 'garbled'
  | 'too large'
  | 'forbidden'
  | 'unsupported';

/** A device did not do what it was asked. `message` is for people and never has the device's own words in it. */
export class DeviceError extends Error {
  readonly fault: DeviceFault;

  constructor(fault: DeviceFault, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DeviceError';
    this.fault = fault;
  }
}

/** What any error of a driver comes to: an unforeseen one is an answer that could not be understood. */
export function faultOf(error: unknown): { fault: DeviceFault; message: string } {
  if (error instanceof DeviceError) return { fault: error.fault, message: error.message };
  return { fault: 'garbled', message: GARBLED };
}

/** That the device answered what nobody understands. */
export function garbled(options?: { cause?: unknown }): DeviceError {
  return new DeviceError('garbled', GARBLED, options);
}

/** That the device cannot be asked, because nobody told where it is. */
export function nowhere(): DeviceError {
  return new DeviceError('unreachable', 'It is not known where this device is.');
}

/** That another device has this one's address: it must not be read or switched in its place. */
export function stranger(): DeviceError {
  return new DeviceError('answer', 'Another device answers at this address.');
}

const GARBLED = 'The device’s answer could not be understood.';
