-- The appliance's database as the lab needs it. Columns, types, keys, enums and foreign keys are those of the real one
-- (MariaDB 10.11, October 2025); the order of tables, the layout and the remarks are ours. Every table is InnoDB and
-- takes the database's character set; JSON columns are MariaDB's `json` (longtext, utf8mb4_bin, checked).
-- Read by the server in bootstrap mode: a statement ends at a semicolon at the end of a line.
set foreign_key_checks = 0;

-- == what the appliance is configured with ==

create table ossea_configs (
  id bigint auto_increment, name longtext not null, api_url longtext not null, api_key longtext not null,
  secret_key longtext not null, domain longtext, zone longtext not null, template_id longtext, network_id longtext,
  service_offering_id longtext, disk_offering_id longtext, oma_vm_id longtext,
  created_at datetime(3), updated_at datetime(3), is_active tinyint(1) default 1,
  primary key (id), unique key idx_ossea_configs_name (name) using hash
);

create table vmware_credentials (
  id int auto_increment, credential_name varchar(255) not null, vcenter_host varchar(255) not null,
  username varchar(255) not null, password_encrypted text not null, datacenter varchar(255) not null,
  is_active tinyint(1) default 1, is_default tinyint(1) default 0,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  created_by varchar(255), last_used timestamp null default null, usage_count int default 0,
  primary key (id), unique key credential_name (credential_name),
  key idx_vmware_creds_active (is_active), key idx_vmware_creds_default (is_default),
  key idx_vmware_creds_host (vcenter_host), key idx_vmware_creds_last_used (last_used)
);

create table linstor_configs (
  id int auto_increment, name varchar(255) not null, api_url varchar(255) not null, api_port int default 3370,
  api_protocol varchar(10) default 'http', api_key varchar(512), api_secret varchar(512),
  connection_timeout_seconds int default 30, retry_attempts int default 3, description text,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  is_active tinyint(1) default 1,
  primary key (id), unique key name (name),
  key idx_linstor_configs_active (is_active), key idx_linstor_configs_name (name)
);

create table schema_migrations (
  version varchar(14) not null, description varchar(255), applied_at timestamp null default current_timestamp,
  primary key (version)
);

-- == when replications run ==

create table replication_schedules (
  id varchar(64) not null default uuid(), name varchar(255) not null, description text,
  cron_expression varchar(100) not null, schedule_type enum('cron','chain') not null default 'cron',
  timezone varchar(50) default 'UTC', chain_parent_schedule_id varchar(64), chain_delay_minutes int default 0,
  replication_type enum('full','incremental','auto') default 'auto', max_concurrent_jobs int default 1,
  retry_attempts int default 3, retry_delay_minutes int default 30,
  enabled tinyint(1) default 1, skip_if_running tinyint(1) default 1,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  created_by varchar(255) default 'system',
  primary key (id), unique key name (name),
  key idx_replication_schedules_enabled (enabled), key idx_replication_schedules_type (schedule_type),
  key idx_replication_schedules_parent (chain_parent_schedule_id),
  constraint replication_schedules_ibfk_1 foreign key (chain_parent_schedule_id)
    references replication_schedules (id) on delete set null
);

create table vm_machine_groups (
  id varchar(64) not null default uuid(), name varchar(255) not null, description text, schedule_id varchar(64),
  max_concurrent_vms int default 5, priority int default 0,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  created_by varchar(255) default 'system',
  primary key (id), unique key name (name),
  key idx_vm_machine_groups_schedule (schedule_id), key idx_vm_machine_groups_priority (priority),
  constraint vm_machine_groups_ibfk_1 foreign key (schedule_id) references replication_schedules (id) on delete set null
);

create table schedule_executions (
  id varchar(64) not null default uuid(), schedule_id varchar(64) not null, group_id varchar(64),
  scheduled_at timestamp not null, started_at timestamp null default null, completed_at timestamp null default null,
  status enum('scheduled','running','completed','failed','skipped','cancelled') default 'scheduled',
  vms_eligible int default 0, jobs_created int default 0, jobs_completed int default 0, jobs_failed int default 0,
  jobs_skipped int default 0, execution_details json, error_message text, error_details json,
  execution_duration_seconds int, created_at timestamp null default current_timestamp,
  triggered_by varchar(255) default 'scheduler',
  primary key (id),
  key idx_schedule_executions_schedule (schedule_id), key idx_schedule_executions_status (status),
  key idx_schedule_executions_scheduled_at (scheduled_at), key idx_schedule_executions_started_at (started_at),
  key idx_schedule_executions_group (group_id),
  constraint schedule_executions_ibfk_1 foreign key (schedule_id) references replication_schedules (id) on delete cascade,
  constraint schedule_executions_ibfk_2 foreign key (group_id) references vm_machine_groups (id) on delete set null
);

-- == the virtual machines and their disks ==

create table vm_replication_contexts (
  context_id varchar(64) not null default uuid(), vm_name varchar(255) not null, vmware_vm_id varchar(255) not null,
  vm_path varchar(500) not null, vcenter_host varchar(255) not null, datacenter varchar(255) not null,
  current_status enum('discovered','replicating','ready_for_failover','failed_over_test','failed_over_live',
    'completed','failed','cleanup_required') not null default 'discovered',
  current_job_id varchar(191), total_jobs_run int default 0, successful_jobs int default 0, failed_jobs int default 0,
  last_successful_job_id varchar(191), cpu_count int, memory_mb int, os_type varchar(255), power_state varchar(50),
  vm_tools_version varchar(255), created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  first_job_at timestamp null default null, last_job_at timestamp null default null,
  last_status_change timestamp null default current_timestamp, auto_added tinyint(1) default 0,
  last_scheduled_job_id varchar(255), next_scheduled_at timestamp null default null,
  scheduler_enabled tinyint(1) default 1, credential_id int, ossea_config_id int, last_operation_summary json,
  primary key (context_id), unique key unique_vm_per_vcenter (vmware_vm_id, vcenter_host),
  unique key unique_vm_name_per_vcenter (vm_name, vcenter_host),
  key fk_vm_context_last_job (last_successful_job_id), key idx_vm_name (vm_name), key idx_vmware_id (vmware_vm_id),
  key idx_current_status (current_status), key idx_current_job (current_job_id), key idx_vcenter (vcenter_host),
  key idx_vm_contexts_auto_added (auto_added), key idx_vm_contexts_next_scheduled (next_scheduled_at),
  key idx_vm_contexts_scheduler_enabled (scheduler_enabled), key fk_vm_context_vmware_creds (credential_id),
  constraint fk_vm_context_current_job foreign key (current_job_id) references replication_jobs (id) on delete set null,
  constraint fk_vm_context_last_job foreign key (last_successful_job_id)
    references replication_jobs (id) on delete set null,
  constraint fk_vm_context_vmware_creds foreign key (credential_id) references vmware_credentials (id) on delete set null
);

create table replication_jobs (
  id varchar(191) not null, vm_context_id varchar(64), source_vm_id longtext not null, source_vm_name longtext not null,
  source_vm_path longtext not null, v_center_host longtext not null, datacenter longtext not null,
  replication_type longtext not null, target_network longtext, status varchar(191) default 'pending',
  progress_percent double default 0, current_operation longtext, bytes_transferred bigint default 0,
  total_bytes bigint default 0, transfer_speed_bps bigint default 0, error_message longtext, change_id longtext,
  previous_change_id longtext, snapshot_id longtext, nbd_port bigint, nbd_export_name longtext, target_device longtext,
  ossea_config_id bigint, created_at datetime(3), updated_at datetime(3), started_at datetime(3),
  completed_at datetime(3), vma_sync_type varchar(50), vma_current_phase varchar(100),
  vma_throughput_mbps decimal(10,2) default 0, vma_eta_seconds int, vma_last_poll_at timestamp null default null,
  vma_error_classification varchar(50), vma_error_details text, setup_progress_percent decimal(5,2) default 0,
  schedule_execution_id varchar(64), scheduled_by varchar(255), vm_group_id varchar(64),
  primary key (id), key fk_replication_jobs_ossea_config (ossea_config_id),
  key idx_replication_jobs_nbd_polling (status, nbd_export_name(50)),
  key idx_replication_jobs_progress_timeout (status, updated_at),
  key idx_replication_jobs_completion_tracking (status, completed_at), key idx_replication_jobs_context (vm_context_id),
  key idx_replication_jobs_schedule_execution (schedule_execution_id),
  key idx_replication_jobs_scheduled_by (scheduled_by), key idx_replication_jobs_vm_group (vm_group_id),
  constraint fk_replication_job_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade,
  constraint fk_replication_jobs_ossea_config foreign key (ossea_config_id) references ossea_configs (id),
  constraint fk_replication_jobs_schedule_execution foreign key (schedule_execution_id)
    references schedule_executions (id) on delete set null,
  constraint fk_replication_jobs_vm_group foreign key (vm_group_id) references vm_machine_groups (id) on delete set null
);

create table ossea_volumes (
  id bigint auto_increment, vm_context_id varchar(64), volume_id longtext not null, volume_name longtext not null,
  size_gb bigint not null, ossea_config_id bigint, volume_type longtext, device_path longtext, mount_point longtext,
  status varchar(191) default 'creating', created_at datetime(3), updated_at datetime(3), snapshot_id varchar(191),
  snapshot_created_at timestamp null default null, snapshot_status varchar(50) default 'none',
  primary key (id), unique key idx_ossea_volumes_volume_id (volume_id) using hash,
  key fk_ossea_volumes_ossea_config (ossea_config_id), key idx_ossea_volumes_context (vm_context_id),
  key idx_ossea_volumes_snapshot_id (snapshot_id), key idx_ossea_volumes_snapshot_status (snapshot_status),
  constraint fk_ossea_volumes_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade,
  constraint fk_ossea_volumes_ossea_config foreign key (ossea_config_id) references ossea_configs (id)
);

create table vm_disks (
  id bigint auto_increment, vm_context_id varchar(64), job_id varchar(191) not null, disk_id longtext not null,
  vm_dk_path longtext not null, size_gb bigint not null, datastore longtext, unit_number bigint, label longtext,
  capacity_bytes bigint, provisioning_type longtext, ossea_volume_id bigint, disk_change_id longtext,
  sync_status varchar(191) default 'pending', sync_progress_percent double default 0, bytes_synced bigint default 0,
  created_at datetime(3), updated_at datetime(3), cpu_count int default 0, memory_mb int default 0,
  os_type varchar(255) default '', vm_tools_version varchar(255) default '', network_config text,
  display_name varchar(255) default '', annotation text, power_state varchar(50) default '',
  vmware_uuid varchar(255) default '', bios_setup text,
  primary key (id), unique key uk_vm_context_disk (vm_context_id, disk_id) using hash,
  key fk_vm_disks_job (job_id), key idx_vm_disks_context (vm_context_id), key idx_vm_disks_ossea_volume (ossea_volume_id),
  constraint fk_vm_disks_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade,
  constraint fk_vm_disks_job foreign key (job_id) references replication_jobs (id) on delete cascade
);

create table cbt_history (
  id bigint auto_increment, vm_context_id varchar(64), job_id varchar(191) not null, disk_id longtext not null,
  change_id longtext not null, previous_change_id longtext, sync_type longtext not null, blocks_changed bigint,
  bytes_transferred bigint, sync_duration_seconds bigint, sync_success tinyint(1) default 0, created_at datetime(3),
  primary key (id), key fk_cbt_history_job (job_id), key idx_cbt_history_context (vm_context_id),
  constraint fk_cbt_history_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade,
  constraint fk_cbt_history_job foreign key (job_id) references replication_jobs (id) on delete cascade
);

create table volume_mounts (
  id bigint auto_increment, ossea_volume_id bigint not null, job_id longtext not null, device_path longtext not null,
  mount_point longtext, mount_status varchar(191) default 'unmounted', filesystem_type longtext,
  mount_options longtext, is_read_only tinyint(1) default 0, mounted_at datetime(3), unmounted_at datetime(3),
  created_at datetime(3), updated_at datetime(3), primary key (id)
);

create table vm_export_mappings (
  id bigint auto_increment, vm_id varchar(36) not null, disk_unit_number int not null, vm_name varchar(255) not null,
  export_name varchar(255) not null, device_path varchar(255) not null,
  status enum('active','inactive') default 'active', created_at datetime(3) default current_timestamp(3),
  updated_at datetime(3) default current_timestamp(3) on update current_timestamp(3),
  primary key (id), unique key export_name (export_name), unique key unique_vm_disk (vm_id, disk_unit_number),
  unique key unique_device_path (device_path), key idx_vm_id (vm_id), key idx_status (status)
) collate utf8mb4_unicode_ci;

create table network_mappings (
  id bigint auto_increment, vm_id varchar(255) not null, source_network_name varchar(255) not null,
  destination_network_id varchar(255) not null, destination_network_name varchar(255) not null,
  is_test_network tinyint(1) default 0, created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp, vm_context_id varchar(64),
  vmware_vm_id varchar(255), validation_status enum('pending','valid','invalid') default 'pending',
  mapping_type enum('live','test','both') default 'live', network_strategy varchar(50),
  last_validated timestamp null default null,
  primary key (id), unique key unique_vm_network_type (vm_id, source_network_name, is_test_network),
  unique key unique_context_network_type (vm_context_id, source_network_name, is_test_network),
  key idx_vm_id (vm_id), key idx_is_test (is_test_network), key idx_network_mappings_vm_context_id (vm_context_id),
  key idx_network_mappings_vmware_vm_id (vmware_vm_id), key idx_network_mappings_validation_status (validation_status),
  key idx_network_mappings_mapping_type (mapping_type),
  constraint fk_network_mappings_vm_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade
);

-- == JobLog ==

create table job_tracking (
  id varchar(64) not null default uuid(), parent_job_id varchar(64),
  job_type enum('cleanup','failover','migration','cloudstack','volume_daemon','linstor','virtio','ossea','scheduler',
    'discovery','bulk-operations','group-management','conflict-detection','phantom-detection','schedule_management',
    'schedule_control'),
  operation varchar(100) not null, status enum('pending','running','completed','failed','cancelled'),
  cloudstack_job_id varchar(64), external_job_id varchar(64), metadata json, error_message longtext,
  started_at timestamp null default current_timestamp, completed_at timestamp null default null,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp, percent_complete tinyint unsigned,
  canceled_at datetime(6), owner varchar(100), context_id varchar(64),
  job_category enum('system','failover','replication','scheduler','discovery','bulk') default 'system',
  primary key (id), key idx_parent_job (parent_job_id), key idx_status (status), key idx_job_type (job_type),
  key idx_cloudstack_job (cloudstack_job_id), key idx_external_job (external_job_id),
  key idx_started_at (started_at), key idx_completed_at (completed_at), key idx_job_tracking_context_id (context_id),
  key idx_job_tracking_category (job_category),
  key idx_job_tracking_category_status_started (job_category, status, started_at),
  constraint job_tracking_ibfk_1 foreign key (parent_job_id) references job_tracking (id) on delete cascade
);

create table job_steps (
  id bigint auto_increment, job_id varchar(64) not null, name varchar(200) not null, seq int not null,
  status enum('running','completed','failed','skipped') not null default 'running',
  started_at datetime(6) not null default current_timestamp(6), completed_at datetime(6), error_message longtext,
  metadata json, primary key (id), unique key uk_job_steps_job_seq (job_id, seq),
  constraint job_steps_ibfk_1 foreign key (job_id) references job_tracking (id) on delete cascade
);

create table log_events (
  id bigint auto_increment, job_id varchar(64), step_id bigint, level enum('DEBUG','INFO','WARN','ERROR') not null,
  message text not null, attrs json, ts datetime(6) not null default current_timestamp(6),
  external_job_id varchar(255), primary key (id), key job_id (job_id), key step_id (step_id),
  key idx_log_events_external_job_id (external_job_id),
  constraint log_events_ibfk_1 foreign key (job_id) references job_tracking (id) on delete set null,
  constraint log_events_ibfk_2 foreign key (step_id) references job_steps (id) on delete set null
);

create table job_execution_log (
  id bigint auto_increment, job_id varchar(64) not null, log_level varchar(20) not null, message text not null,
  details json, operation_phase varchar(100), created_at timestamp null default current_timestamp,
  primary key (id), key idx_job_log_job_id (job_id), key idx_job_log_created_at (created_at),
  key idx_job_log_level (log_level), key idx_job_log_operation_phase (operation_phase),
  constraint job_execution_log_ibfk_1 foreign key (job_id) references job_tracking (id) on delete cascade
);

-- == failover ==

create table failover_jobs (
  id bigint auto_increment, vm_context_id varchar(64), job_id varchar(255) not null, vm_id varchar(255) not null,
  replication_job_id varchar(255), job_type enum('live','test') not null,
  status enum('pending','validating','snapshotting','creating_vm','switching_volume','powering_on','completed',
    'failed','cleanup','reverting') not null default 'pending',
  source_vm_name varchar(255) not null, source_vm_spec text, destination_vm_id varchar(255),
  ossea_snapshot_id varchar(255), linstor_snapshot_name varchar(255), linstor_config_id int, network_mappings text,
  error_message text, created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  started_at timestamp null default null, completed_at timestamp null default null,
  primary key (id), unique key job_id (job_id), key idx_vm_id (vm_id), key idx_job_type (job_type),
  key idx_status (status), key idx_failover_jobs_linstor_snapshot (linstor_snapshot_name),
  key idx_failover_jobs_context (vm_context_id),
  constraint fk_failover_job_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade
);

-- == the Volume Daemon's own ==

create table volume_operations (
  id varchar(64) not null, type enum('create','attach','detach','delete','cleanup') not null,
  status enum('pending','executing','completed','failed','cancelled') not null default 'pending',
  volume_id varchar(64) not null, vm_id varchar(64), request json not null, response json, error text,
  created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp,
  completed_at timestamp null default null,
  primary key (id), key idx_volume_operations_volume_id (volume_id), key idx_volume_operations_vm_id (vm_id),
  key idx_volume_operations_status (status), key idx_volume_operations_type (type),
  key idx_volume_operations_created_at (created_at)
);

create table volume_operation_history (
  id bigint auto_increment, operation_id varchar(64) not null,
  previous_status enum('pending','executing','completed','failed','cancelled'),
  new_status enum('pending','executing','completed','failed','cancelled'),
  changed_at timestamp null default current_timestamp, details json,
  primary key (id), key idx_operation_history_operation_id (operation_id),
  key idx_operation_history_changed_at (changed_at)
);

create table device_mappings (
  id varchar(64) not null default uuid(), vm_context_id varchar(64), volume_uuid varchar(64) not null,
  volume_id_numeric bigint, vm_id varchar(64) not null, operation_mode enum('oma','failover') default 'oma',
  cloudstack_device_id int, requires_device_correlation tinyint(1) default 1, device_path varchar(255) not null,
  cloudstack_state varchar(32) not null, linux_state varchar(32) not null, size bigint not null,
  last_sync timestamp null default current_timestamp, created_at timestamp null default current_timestamp,
  updated_at timestamp null default current_timestamp on update current_timestamp, ossea_snapshot_id varchar(191),
  snapshot_created_at timestamp null default null, snapshot_status varchar(50) default 'none',
  persistent_device_name varchar(255), symlink_path varchar(255),
  primary key (id), unique key volume_id (volume_uuid), unique key unique_device_path (device_path),
  key idx_device_mappings_vm_id (vm_id), key idx_device_mappings_device_path (device_path),
  key idx_device_mappings_last_sync (last_sync), key idx_device_mappings_volume_id (volume_id_numeric),
  key idx_device_mappings_context (vm_context_id), key idx_device_mappings_snapshot_id (ossea_snapshot_id),
  key idx_device_mappings_snapshot_status (snapshot_status),
  key idx_device_mappings_vm_context_snapshot (vm_context_id, snapshot_status),
  key idx_device_mappings_persistent_name (persistent_device_name),
  key idx_device_mappings_symlink_path (symlink_path),
  constraint fk_device_mappings_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade
);

create table nbd_exports (
  id bigint unsigned auto_increment, vm_context_id varchar(64), job_id varchar(191), volume_id varchar(64) default '',
  vm_disk_id bigint, device_mapping_uuid varchar(64), export_name varchar(191) not null, port bigint not null,
  device_path longtext not null, config_path longtext default '', status varchar(191) not null default 'pending',
  created_at datetime(3), updated_at datetime(3),
  primary key (id), unique key uni_nbd_exports_export_name (export_name), key idx_nbd_exports_job_id (job_id),
  key idx_nbd_exports_volume_id (volume_id), key fk_nbd_vm_disk (vm_disk_id), key fk_nbd_device (device_mapping_uuid),
  key idx_nbd_exports_status (status), key idx_nbd_exports_context (vm_context_id),
  constraint fk_nbd_device foreign key (device_mapping_uuid) references device_mappings (volume_uuid) on delete cascade,
  constraint fk_nbd_exports_context foreign key (vm_context_id)
    references vm_replication_contexts (context_id) on delete cascade,
  constraint fk_nbd_job foreign key (job_id) references replication_jobs (id) on delete cascade,
  constraint fk_nbd_vm_disk foreign key (vm_disk_id) references vm_disks (id) on delete cascade
);

create table volume_daemon_metrics (
  id bigint auto_increment, timestamp timestamp null default current_timestamp, total_operations bigint not null default 0,
  pending_operations bigint not null default 0, active_mappings bigint not null default 0, operations_by_type json,
  operations_by_status json, average_response_time_ms decimal(10,2) not null default 0,
  error_rate_percent decimal(5,2) not null default 0, details json,
  primary key (id), key idx_daemon_metrics_timestamp (timestamp)
);

set foreign_key_checks = 1;

-- == views; `invoker` because the account that loads this file is gone once the server has started ==

create sql security invoker view active_jobs as
  select j.id, j.job_type, j.operation, j.status, j.parent_job_id, j.started_at,
    timestampdiff(second, j.started_at, now()) as running_seconds,
    (select count(*) from job_execution_log e where e.job_id = j.id and e.log_level = 'ERROR') as error_count
  from job_tracking j where j.status in ('pending', 'running');

create sql security invoker view job_tracking_hierarchy as
  select j.id, j.job_type, j.operation, j.status, j.parent_job_id, j.started_at, j.completed_at,
    if(j.parent_job_id is null, 'root', 'child') as job_level,
    (select count(*) from job_tracking k where k.parent_job_id = j.id) as child_count,
    timestampdiff(second, j.started_at, j.completed_at) as duration_seconds
  from job_tracking j;
