import { unknownId } from "./problems.ts";
import type { CloudState } from "./state.ts";
import { showJob, showSnapshot, showVm, showVolume } from "./views.ts";

type Params = Record<string, string>;
type List = (state: CloudState, params: Params) => Record<string, unknown>;

/** The commands that only read. */
export const lists: Record<string, List> = {
  listVolumes: (state, params) =>
    answer("volume", params, Object.values(state.volumes), {
      show: (volume) => showVolume(state, volume),
      filters: {
        virtualmachineid: (volume, want) => volume.vm === want,
        type: (volume, want) => volume.type === want,
        name: (volume, want) => volume.name === want,
      },
    }),
  listSnapshots: (state, params) =>
    answer("snapshot", params, Object.values(state.snapshots), {
      show: (snapshot) => showSnapshot(state, snapshot),
      filters: {
        volumeid: (snapshot, want) => snapshot.volumeid === want,
        name: (snapshot, want) => snapshot.name === want,
      },
    }),
  listVirtualMachines: (state, params) =>
    answer("virtualmachine", params, Object.values(state.vms), {
      show: showVm,
      filters: {
        name: (vm, want) => vm.name.includes(want),
        state: (vm, want) => vm.state === want,
      },
    }),
  listAsyncJobs: (state, params) =>
    answer(
      "asyncjobs",
      params,
      Object.values(state.jobs).map((job) => ({ ...job, id: job.jobid })),
      {
        show: showJob,
        filters: { startdate: (job, want) => Date.parse(job.created) >= Date.parse(want) },
      },
    ),
  listZones: (state, params) => {
    const zone = { id: state.zone, name: "zone1", networktype: "Advanced", allocationstate: "Enabled" };
    return answer("zone", params, [zone], { show: (item) => item, filters: {} });
  },
  listCapabilities: () => ({
    capability: {
      cloudstackversion: "4.19.1.3",
      apilimitinterval: 0,
      kvmsnapshotenabled: true,
      securitygroupsenabled: false,
    },
  }),
  listTemplates: () =>
    singleton("template", { id: "8f0e6a3c-0000-4000-a000-00000000a001", name: "blank", size: 1 << 30 }),
  listServiceOfferings: () =>
    singleton("serviceoffering", { id: "8f0e6a3c-0000-4000-a000-00000000a002", name: "custom" }),
  listDiskOfferings: () => singleton("diskoffering", { id: "8f0e6a3c-0000-4000-a000-00000000a003", name: "custom" }),
  listNetworks: () => singleton("network", { id: "8f0e6a3c-0000-4000-a000-00000000a004", name: "test-network" }),
};

/** How an item is shown, and by which parameters besides its id it is picked. */
type View<T> = {
  show: (item: T) => Record<string, unknown>;
  filters: Record<string, (item: T, want: string) => boolean>;
};

/** Filters and shows; an `id` that names nothing is an error, not an empty list. */
function answer<T extends { id: string }>(
  name: string,
  params: Params,
  items: T[],
  { show, filters }: View<T>,
): Record<string, unknown> {
  const id = params["id"];
  if (id !== undefined && !items.some((item) => item.id === id)) throw unknownId("id", id);
  const matches = items.filter(
    (item) =>
      (id === undefined || item.id === id) &&
      Object.entries(filters).every(([key, fits]) => params[key] === undefined || fits(item, params[key])),
  );
  const { pagesize = 500, page = 1 } = params;
  const size = Number(pagesize);
  const start = (Number(page) - 1) * size;
  // an empty list has neither the count nor the list
  return matches.length === 0 ? {} : { count: matches.length, [name]: matches.slice(start, start + size).map(show) };
}

function singleton(name: string, item: Record<string, unknown>): Record<string, unknown> {
  return { count: 1, [name]: [item] };
}
