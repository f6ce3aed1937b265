// A plug-in: adds a type of device to Hearth. Copy this file into the folder plugins/ of Hearth's storage, change it, and try it
// with `npm run device-test plugins/my-socket.ts -- --address 192.168.1.50`. docs/plugins.md tells the rest.
//
// This one speaks with a socket that answers GET /status with {"id":"A1B2C3","watts":12.5,"wh":1234,"on":true}
// and is switched by POST /relay with turn=on or turn=off.

export default {
  type: 'my:socket',
  interval: 10, // seconds between two readings

  async identify(address, { http }) {
    const { id } = await http.json(address, '/status');
    return { identity: id, type: 'plug' };
  },

  async read(device, { http }) {
    const said = await http.json(device.address, '/status');
    if (said.id !== device.identity) throw new Error('another device has this address now');
    return { values: { power_w: said.watts, energy_wh: said.wh }, on: said.on };
  },

  async switch(device, on, { http }) {
    const body = `turn=${on ? 'on' : 'off'}`;
    await http.fetch(device.address, '/relay', { method: 'POST', type: 'application/x-www-form-urlencoded', body });
  },
};
