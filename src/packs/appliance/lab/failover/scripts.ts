// The children of a failover engine, as shell scripts: what matters is that they are real processes with the real
// command lines, hold the device open, and end when told to. They wait in `read` on a pipe nobody writes to, which
// costs nothing.

/** Starts the injector and waits for it, like the real script; its end is the engine's news. */
export const inject = `#!/bin/sh
# inject-virtio-drivers.sh DEVICE JOB
here=$(dirname "$0")
started=$(cut -d' ' -f22 /proc/$$/stat)
printf '%s\\n%s\\n' "$$" "$started" > "$LAB_RUN/$2-script.pid.new"; mv "$LAB_RUN/$2-script.pid.new" "$LAB_RUN/$2-script.pid"
LAB_JOB="$2" "$here/virt-v2v-in-place" -v -x -i disk "$1"
code=$?
if [ "$code" -ne 0 ]; then echo "virt-v2v-in-place ended with $code"; exit 1; fi
echo "VirtIO injection completed"
`;

/** Starts its qemu and waits for it. A number in the job's \`.end\` file makes it end with that code. */
export const virtV2v = `#!/bin/sh
# virt-v2v-in-place -v -x -i disk DEVICE
here=$(dirname "$0")
for device; do :; done
started=$(cut -d' ' -f22 /proc/$$/stat)
printf '%s\\n%s\\n' "$$" "$started" > "$LAB_RUN/$LAB_JOB-v2v.pid.new"; mv "$LAB_RUN/$LAB_JOB-v2v.pid.new" "$LAB_RUN/$LAB_JOB-v2v.pid"
"$here/qemu-system-x86_64" -global virtio-blk-pci.scsi=off -drive "file=$device,format=raw,if=virtio" > /dev/null 2>&1 &
child=$!
trap 'kill -9 $child 2> /dev/null; wait $child; exit 143' TERM INT HUP
wait $child
if [ -f "$LAB_RUN/$LAB_JOB.end" ]; then exit "$(cat "$LAB_RUN/$LAB_JOB.end")"; fi
exit 1
`;

/** Holds the device open and waits for ever. */
export const qemu = `#!/bin/sh
# qemu-system-x86_64 ... -drive file=DEVICE,format=raw,if=virtio
for drive; do :; done
device=\${drive#file=}; device=\${device%%,*}
started=$(cut -d' ' -f22 /proc/$$/stat)
printf '%s\\n%s\\n' "$$" "$started" > "$LAB_RUN/$LAB_JOB-qemu.pid.new"; mv "$LAB_RUN/$LAB_JOB-qemu.pid.new" "$LAB_RUN/$LAB_JOB-qemu.pid"
exec 3< "$LAB_DEVICES/$(basename "$device")"
read never < "$LAB_RUN/pipe"
`;
