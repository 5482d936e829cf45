#include "local_backend.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "attempt_cgroups.hpp"
#include "http_client.hpp"
#include "job_folder.hpp"
#include "member_log.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMembersUnderWay = 64;  // of launches; the last may be wider
constexpr std::size_t kWorkers = 4;
constexpr std::size_t kLookups = 2;
constexpr std::size_t kWorkWaitingMax = 4096;
constexpr std::chrono::milliseconds kLookAtUndecided{50};
constexpr int kLooksAtUndecided = 200;  // 10 s; a supervisor decides within 5

std::string text_of(const json& all) {
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Throws when it is no name that may stand in a path.
AttemptKey key_of(const json& from) {
  AttemptKey key{from.at("job").get<std::string>(), from.at("attempt").get<int>()};
  if (!is_plain_name(key.job) || key.attempt < 1) {
    throw std::invalid_argument("\"" + key.folder_name() + "\" is no name of an attempt");
  }
  return key;
}

std::string make_nonce() {
  std::uint64_t words[2] = {};
  [[maybe_unused]] const auto length = getrandom(words, sizeof words, 0);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(words[0]),
                static_cast<unsigned long long>(words[1]));
  return text;
}

std::string from_environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

// What every member finds, besides what its job type says and what its user is told of himself.
std::map<std::string, std::string> make_base_environment() {
  return {{"PATH", from_environment("PATH", "/usr/local/bin:/usr/bin:/bin")},
          {"LANG", from_environment("LANG", "C.UTF-8")}};
}

// Where its user left something that could not be removed with his rights, it stays: root follows nobody
// into a folder of theirs.
void remove_finished(const AttemptFolder& folder) {
  std::error_code error;
  if (rmdir(folder.shared().c_str()) == 0 || errno == ENOENT) fs::remove_all(folder.path, error);
}

bool has_members_of(const AttemptRecord& record, const Workload& workload) {
  return std::equal(record.members.begin(), record.members.end(), workload.members.begin(),
                    workload.members.end(),
                    [](const RecordedMember& recorded, const WorkloadMember& member) {
                      return recorded.name() == member.name();
                    });
}

}  // namespace

struct LocalBackend::LaunchOrder {
  AttemptKey key;
  Workload workload;
  Account account;
};

// A shared folder on its way out, and those who wait for its end.
struct LocalBackend::Removal {
  ReleaseResult result;
  std::vector<Call> waiting;
  std::unique_ptr<FolderRemoval> folder;
};

LocalBackend::~LocalBackend() {
  if (!reactor_) return;
  reactor_->finish([this] { shut_down(); });
  reactor_->join();
}

AttemptFolder LocalBackend::folder_of(const AttemptKey& key) const {
  return {cluster_.attempts() / key.folder_name()};
}

Attempt* LocalBackend::find(const AttemptKey& key) {
  const auto found = attempts_.find(key);
  return found == attempts_.end() ? nullptr : found->second.get();
}

Attempt& LocalBackend::hold(const AttemptFolder& folder, AttemptRecord record) {
  const AttemptKey key = record.key;
  auto attempt = std::make_unique<Attempt>(*reactor_, *folders_, folder, std::move(record),
                                           [this](Attempt& changed) { tell(changed); });
  if (disk_) disk_->watch(key, folder.shared());
  return *(attempts_[key] = std::move(attempt));
}

void LocalBackend::tell(Attempt& attempt) {
  const AttemptRecord& record = attempt.record();
  post_event(text_of({{"kind", "workload"},
                      {"job", record.key.job},
                      {"attempt", record.key.attempt},
                      {"uid", record.uid},
                      {"status", json::parse(attempt.status_json())}}));
}

// ---- start and stop

// A copy of a state folder names the same cgroups, and knows nothing of the supervisors in them: it
// would end what runs there. The lock goes with the process.
bool LocalBackend::is_alone() {
  const std::vector<fs::path> all = cluster_.cgroups.all();
  if (all.empty()) return true;
  own_cgroup_ = Descriptor(open(all.front().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return !own_cgroup_ || flock(own_cgroup_.number(), LOCK_EX | LOCK_NB) == 0 ||
         errno != EWOULDBLOCK;
}

void LocalBackend::start(Call call, std::string_view cluster) {
  cluster_ = parse_cluster(cluster);
  base_environment_ = make_base_environment();
  own_account_ = own_account();
  make_passable_folder(cluster_.state_folder);
  make_passable_folder(cluster_.attempts());
  cluster_.cgroups = choose_cgroups(cgroup_root_, cluster_);
  if (!is_alone()) {
    return call.transient("another berthd with this store's identity (" + cluster_.instance +
                          ") serves cluster " + cluster_.name +
                          " on this machine: is one of the two state folders a copy of the other? "
                          "Stop the one that should not run");
  }
  log_cgroups();
  workers_ = std::make_unique<WorkerPool>(kWorkers, kWorkWaitingMax);
  lookups_ = std::make_unique<WorkerPool>(kLookups, kWorkWaitingMax);
  reactor_ = std::make_unique<Reactor>([this](std::string_view what) {
    if (host_) host_->error("local_fault cluster=" + cluster_.name + ": " + std::string(what));
  });
  watch_disk();
  reactor_->post([this, call] {
    kept_ = std::make_unique<KeptAttempts>(
        KeepLimits{static_cast<std::size_t>(keep_finished_), kept_output_.value()});
    folders_ = std::make_unique<FolderWatcher>(*reactor_);
    line_ = std::make_unique<LaunchLine>(
        kMembersUnderWay, [this](LaunchLine::Start start) { reactor_->post(std::move(start)); });
    scan(call);
  });
  reactor_->start();
}

void LocalBackend::log_cgroups() const {
  if (!host_) return;
  for (const fs::path& path : cluster_.cgroups.all()) {
    host_->info("local_cgroup cluster=" + cluster_.name + " path=" + path.string());
  }
}

void LocalBackend::watch_disk() {
  const DiskLimits limits{disk_limit_.value(), files_max_};
  if (limits.bytes == 0 && limits.files == 0) return;
  disk_ = std::make_unique<DiskWatch>(
      limits, disk_rest_, [this](const AttemptKey& key, const std::string& what) {
        reactor_->post([this, key, what] { evict(key, what); });
      });
}

void LocalBackend::evict(const AttemptKey& key, const std::string& what) {
  Attempt* attempt = find(key);
  if (attempt == nullptr || !attempt->evict(what) || !host_) return;
  host_->warning("local_eviction attempt=" + key.folder_name() + " why=" + what);
}

void LocalBackend::scan(const Call& call) {
  json found = json::array();
  for (const fs::directory_entry& entry : fs::directory_iterator(cluster_.attempts())) {
    const AttemptFolder folder{entry.path()};
    std::error_code error;
    const auto released = fs::last_write_time(folder.release(), error);
    if (!error) {
      kept_->add(entry.path().filename(), released);
      continue;
    }
    const std::optional<AttemptRecord> record = read_attempt_record(folder);
    if (!record || record->instance != cluster_.instance) continue;
    found.push_back({{"job", record->key.job},
                     {"attempt", record->key.attempt},
                     {"uid", record->uid},
                     {"epoch", record->epoch}});
    // What belongs to another epoch of the store is not swept by the host; a person may yet have it
    // adopted or released, and then it must be found here.
    hold(folder, *record);
  }
  remove_left_cgroups();
  call.ok(text_of(
      {{"found", found}, {"tombstones", true}, {"warnings", cluster_.cgroups.warnings()}}));
  count_kept_output();
}

// Of attempts that are over, when a release was cut short. One that has processes stays.
void LocalBackend::remove_left_cgroups() const {
  std::set<std::string> held;
  for (const auto& [key, attempt] : attempts_) held.insert(key.folder_name());
  for (const fs::path& cluster : cluster_.cgroups.all()) {
    for (const Cgroup& cgroup : Cgroup(cluster).children()) {
      if (!held.contains(cgroup.path().filename())) cgroup.remove();
    }
  }
}

// Of what earlier daemons left; there may be many, so that another thread looks.
void LocalBackend::count_kept_output() {
  workers_->submit([this, names = kept_->names(), attempts = cluster_.attempts()] {
    std::vector<std::pair<std::string, std::int64_t>> sizes;
    for (const std::string& name : names)
      sizes.emplace_back(name, bytes_beneath(AttemptFolder{attempts / name}.members()));
    reactor_->post([this, sizes = std::move(sizes)] {
      for (const auto& [name, bytes] : sizes) kept_->set_bytes(name, bytes);
      keep_only_newest();
    });
  });
}

// The last thing on the reactor's thread: every call that waits is answered before `stop` is.
void LocalBackend::shut_down() {
  disk_.reset();
  lookups_.reset();
  workers_.reset();
  reactor_->drop_posted();
  undecided_.clear();
  removals_.clear();
  attempts_.clear();
  line_.reset();
  folders_.reset();
  for (const fs::path& cgroup : cluster_.cgroups.all()) {
    rmdir(cgroup.c_str());  // stays while a job has its own beneath
  }
}

void LocalBackend::stop(Call call) {
  if (!reactor_) return call.ok();
  reactor_->finish([this, call] {
    shut_down();
    call.ok();
  });
}

// ---- adopt

void LocalBackend::adopt(Call call, std::string_view attempt) {
  const AttemptKey key = key_of(json::parse(attempt));
  reactor_->post([this, call, key] { adopt_once_decided(call, key, kLooksAtUndecided); });
}

// A supervisor of the daemon before this one may be about to decide; its answer is waited for.
void LocalBackend::adopt_once_decided(const Call& call, const AttemptKey& key, int looks_left) {
  const Attempt* attempt = find(key);
  if (attempt == nullptr || !attempt->is_being_decided()) return adopt_now(call, key);
  if (looks_left == 0) return call.unknown("a supervisor does not decide whether to start");
  undecided_[key] = reactor_->after(kLookAtUndecided, [this, call, key, looks_left] {
    adopt_once_decided(call, key, looks_left - 1);
  });
}

void LocalBackend::adopt_now(const Call& call, const AttemptKey& key) {
  Attempt* attempt = find(key);
  if (attempt == nullptr) return call.not_found();
  if (!attempt->has_started() && !attempt->is_given_up()) {
    return call.not_found("it was not launched as a whole; a launch goes on with it");
  }
  attempt->follow();
  call.ok(text_of({{"external_ref", key.folder_name()},
                   {"uid", attempt->record().uid},
                   {"status", json::parse(attempt->status_json())}}));
}

// ---- launch

void LocalBackend::launch(Call call, std::string_view order_text) {
  const json from = json::parse(order_text);
  const Submitter submitter{from.value("uid", geteuid()), from.value("gid", getegid()),
                            from.value("user", "")};
  if (geteuid() != 0 && submitter.uid != geteuid()) {
    return call.permanent("this daemon runs as uid " + std::to_string(geteuid()) +
                              " and starts jobs of that user alone, not of uid " +
                              std::to_string(submitter.uid),
                          "SubmissionFailed");
  }
  try {
    LaunchOrder order{key_of(from), parse_workload(from.at("workload"), grace_), own_account_};
    if (submitter.uid != geteuid()) {
      return find_account_and_launch(call, std::move(order), submitter);
    }
    reactor_->post([this, call, order = std::move(order)] { launch_in_turn(call, order); });
  } catch (const BadWorkload& error) {
    call.permanent(std::string("the workload cannot be run: ") + error.what(), "SubmissionFailed");
  }
}

void LocalBackend::find_account_and_launch(const Call& call, LaunchOrder order,
                                           const Submitter& submitter) {
  const bool is_taken =
      lookups_->submit([this, call, submitter, order = std::move(order)]() mutable {
        try {
          order.account = find_account(submitter);
          reactor_->post([this, call, order = std::move(order)] { launch_in_turn(call, order); });
        } catch (const NoAccount& error) {
          call.permanent(error.what(), "SubmissionFailed");
        } catch (const std::system_error& error) {
          call.transient(error.what());
        }
      });
  if (!is_taken) call.transient("too many launches at once");
}

void LocalBackend::launch_in_turn(const Call& call, LaunchOrder order) {
  const AttemptKey key = order.key;
  line_->join(key, [this, call, order = std::move(order)] { launch_now(call, order); });
}

void LocalBackend::launch_now(const Call& call, const LaunchOrder& order) {
  try {
    Attempt* attempt = find(order.key);
    const bool is_given_up =
        attempt != nullptr ? attempt->is_given_up() : fs::exists(folder_of(order.key).tombstone());
    if (is_given_up) return call.permanent("this attempt was given up", "SubmissionFailed");
    launch_attempt(call, order, attempt != nullptr ? *attempt : create(order));
  } catch (const std::exception& error) {
    call.transient(error.what());
  }
}

Attempt& LocalBackend::create(const LaunchOrder& order) {
  const AttemptFolder folder = folder_of(order.key);
  make_passable_folder(folder.path);
  make_private_folder(folder.members());
  AttemptRecord record{.instance = cluster_.instance,
                       .epoch = cluster_.epoch,
                       .key = order.key,
                       .uid = make_nonce(),
                       .user = order.account.uid,
                       .group = order.account.gid,
                       .grace = order.workload.grace};
  const std::string name = order.key.folder_name();
  if (!cluster_.cgroups.tree.empty()) record.cgroup = cluster_.cgroups.tree / name;
  for (const fs::path& cgroup : cluster_.cgroups.besides_tree()) {
    record.limit_cgroups.push_back(cgroup / name);
  }
  const std::map<std::string, std::string> rooms = rooms_of(order.workload);
  for (const WorkloadMember& member : order.workload.members) {
    record.members.push_back(
        {member.role, member.replica, member.is_main, rooms.at(member.name())});
  }
  write_attempt_record(folder, record);
  return hold(folder, std::move(record));
}

void LocalBackend::launch_attempt(const Call& call, const LaunchOrder& order, Attempt& attempt) {
  if (!has_members_of(attempt.record(), order.workload)) {
    return call.permanent("it was launched before with other members", "SubmissionFailed");
  }
  const std::shared_ptr<void> place = line_->take_place(order.workload.members.size());
  make_rooms(attempt.record(), limits_of(order));
  make_job_folder(attempt.folder(), order.workload.files, order.account);
  const auto launched = [this, call, key = order.key, place](const LaunchResult& result) {
    Attempt* attempt = find(key);
    if (attempt == nullptr || attempt->is_given_up()) {
      return call.permanent("this attempt was given up", "SubmissionFailed");
    }
    switch (result.kind) {
      case LaunchResult::Kind::kStarted:
        call.ok(text_of({{"external_ref", key.folder_name()}, {"uid", attempt->record().uid}}));
        return attempt->follow();
      case LaunchResult::Kind::kNotStarted:
        return call.transient(result.message);
      case LaunchResult::Kind::kUnknown:
        return call.unknown(result.message);
    }
  };
  attempt.launch(cluster_.supervise_program, requests_of(order, attempt), launched);
}

// Of each room.
std::map<std::string, Limits> LocalBackend::limits_of(const LaunchOrder& order) const {
  std::map<std::string, Limits> limits;
  for (const WorkloadMember& member : order.workload.members) {
    if (!member.beside.empty()) continue;
    limits[member.name()] = {.cpu_milli = member.cpu_milli,
                             .cpu_is_capped = cpu_is_capped_,
                             .memory_bytes = member.memory_bytes,
                             .processes_max = processes_max_};
  }
  return limits;
}

std::map<std::string, SuperviseRequest> LocalBackend::requests_of(const LaunchOrder& order,
                                                                  const Attempt& attempt) const {
  const fs::path shared = attempt.folder().shared();
  std::map<std::string, SuperviseRequest> requests;
  for (const WorkloadMember& member : order.workload.members) {
    SuperviseRequest request{
        .arguments = member.arguments,
        .environment = member.environment,
        .directory = member.directory.empty() ? shared : shared / member.directory,
        .output_limit_bytes = output_limit_.value(),
        .grace = order.workload.grace};
    request.environment.insert(base_environment_.begin(), base_environment_.end());
    request.environment.merge(order.account.environment());
    request.environment["BERTH_SHARED"] = shared;
    request.environment["BERTH_JOB"] = order.key.job;
    request.environment["BERTH_ATTEMPT"] = std::to_string(order.key.attempt);
    request.environment["BERTH_ROLE"] = member.role;
    request.environment["BERTH_REPLICA"] = std::to_string(member.replica);
    if (geteuid() == 0) request.account = order.account;
    request.no_new_privileges = no_new_privileges_;
    requests[member.name()] = std::move(request);
  }
  for (const RecordedMember& member : attempt.record().members) {
    limit(requests.at(member.name()), attempt.record(), member);
  }
  return requests;
}

void LocalBackend::limit(SuperviseRequest& request, const AttemptRecord& record,
                         const RecordedMember& member) const {
  for (const fs::path& leaf : leaves_of(record, member)) {
    const bool is_tree = !record.cgroup.empty() && request.cgroup.empty();
    is_tree ? request.cgroup = leaf : request.limit_cgroups.emplace_back(leaf);
  }
  // Of all processes of its user together: less than nothing, and more than a limit of the job.
  const bool has_pids = cluster_.cgroups.limits.contains(Controller::kPids);
  if (!has_pids) request.processes_max = processes_max_;
}

// ---- release

void LocalBackend::release(Call call, std::string_view attempt) {
  const json from = json::parse(attempt);
  const AttemptKey key = key_of(from);
  const std::string uid = from.value("uid", "");
  const bool is_forgotten = from.value("forget", false);
  reactor_->post([this, call, key, uid, is_forgotten] {
    if (is_forgotten && find(key) == nullptr) return forget(call, key);
    release_now(call, key, uid);
  });
}

// Its job is gone from the store, so nobody can ask for its output any more.
void LocalBackend::forget(const Call& call, const AttemptKey& key) {
  kept_->forget(key.folder_name());
  const bool is_taken = workers_->submit([call, folder = folder_of(key)] {
    remove_finished(folder);
    call.ok();
  });
  if (!is_taken) call.transient("too much to remove at once");
}

void LocalBackend::release_now(const Call& call, const AttemptKey& key, const std::string& uid) {
  Attempt* attempt = find(key);
  if (attempt == nullptr) return release_unknown(call, folder_of(key));
  if (!uid.empty() && uid != attempt->record().uid) {
    return call.permanent("here is another creation of " + key.folder_name() + ": " +
                          attempt->record().uid + ", not " + uid);
  }
  attempt->release([this, call, key](const ReleaseResult& result) {
    if (!result.is_gone) return call.transient(result.message);
    remove_remains(call, key, result);
  });
}

// Gone already, or never here: then a launch that comes late must not run.
void LocalBackend::release_unknown(const Call& call, const AttemptFolder& folder) {
  try {
    if (const auto answer = read_small_file(folder.release())) return call.ok(*answer);
    make_passable_folder(folder.path);
    create_file_once(folder.tombstone(), "");
    const std::string answer =
        text_of({{"gone", true}, {"message", "it was never here"}, {"processes", 0}});
    replace_file(folder.release(), answer);
    kept_->add(folder.path.filename(), fs::last_write_time(folder.release()));
    call.ok(answer);
  } catch (const std::exception& error) {
    call.transient(error.what());
  }
}

// The shared folder may be large, and whatever its user made of it. Asked again meanwhile: the same answer.
void LocalBackend::remove_remains(const Call& call, const AttemptKey& key, ReleaseResult result) {
  const Attempt* attempt = find(key);
  if (attempt == nullptr) return release_unknown(call, folder_of(key));  // another call was first
  std::shared_ptr<Removal>& removal = removals_[key];
  if (removal == nullptr) {
    const AttemptRecord& record = attempt->record();
    removal = std::make_shared<Removal>(Removal{std::move(result), {}, nullptr});
    removal->folder = std::make_unique<FolderRemoval>(
        *reactor_, cluster_.supervise_program, folder_of(key).shared(), record.user, record.group,
        [this, key](bool is_gone) { end_removal(key, is_gone); });
  }
  removal->waiting.push_back(call);
}

void LocalBackend::end_removal(const AttemptKey& key, bool is_gone) {
  if (!is_gone && host_) {
    host_->warning("local_files_stay path=" + folder_of(key).shared().string());
  }
  // The kernel may take its time to let go of an empty cgroup.
  const bool is_taken = workers_->submit([this, key, record = find(key)->record()] {
    for (const fs::path& cgroup : remove_cgroups(record)) {
      if (host_) host_->warning("local_cgroup_stays path=" + cgroup.string());
    }
    reactor_->post([this, key] { end_release(key); });
  });
  if (is_taken) return;
  const std::shared_ptr<Removal> removal = removals_.extract(key).mapped();
  for (const Call& call : removal->waiting) call.transient("too much to remove at once");
}

void LocalBackend::end_release(const AttemptKey& key) {
  const std::shared_ptr<Removal> removal = removals_.extract(key).mapped();
  const std::vector<Call>& calls = removal->waiting;
  const ReleaseResult& result = removal->result;
  const AttemptFolder folder = folder_of(key);
  const std::string answer =
      text_of({{"gone", true}, {"message", result.message}, {"processes", result.processes}});
  try {
    replace_file(folder.release(), answer);
    kept_->add(folder.path.filename(), fs::last_write_time(folder.release()));
    kept_->set_bytes(folder.path.filename(), bytes_beneath(folder.members()));
    if (disk_) disk_->forget(key);
    attempts_.erase(key);
    for (const Call& call : calls) call.ok(answer);
    keep_only_newest();
  } catch (const std::exception& error) {
    for (const Call& call : calls) call.transient(error.what());
  }
}

void LocalBackend::keep_only_newest() {
  for (auto [name, loses] = kept_->next_to_lose(); !name.empty();
       std::tie(name, loses) = kept_->next_to_lose()) {
    workers_->submit([folder = AttemptFolder{cluster_.attempts() / name}, loses = loses] {
      if (loses == KeptAttempts::Loses::kEverything) {
        remove_finished(folder);
      } else {
        std::error_code error;
        std::ofstream(output_removed_mark(folder.path)).close();
        fs::remove_all(folder.members(), error);
      }
    });
  }
}

// ---- Questions

void LocalBackend::pools(Call call) { call.ok(cluster_.pools); }

void LocalBackend::health(Call call) {
  if (access(cluster_.attempts().c_str(), W_OK | X_OK) != 0) {
    return call.transient("cannot write to " + cluster_.attempts().string());
  }
  if (access(cluster_.supervise_program.c_str(), X_OK) != 0) {
    return call.transient("cannot run " + cluster_.supervise_program.string());
  }
  call.ok();
}

void LocalBackend::logs(Call call, std::string_view request_text) {
  const json from = json::parse(request_text);
  const LogRequest request{.role = from.value("role", ""),
                           .replica = from.value("replica", 0),
                           .offset = from.value("offset", std::int64_t{0}),
                           .tail_bytes = from.value("tail", std::int64_t{0}),
                           .limit_bytes = from.value("limit", std::int64_t{1 << 18})};
  const bool is_taken = workers_->submit([this, call, request, folder = folder_of(key_of(from))] {
    const bool was_removed = fs::exists(output_removed_mark(folder.path));
    const std::optional<std::string> answer =
        was_removed ? std::nullopt : read_member_log(folder, request);
    answer ? call.ok(*answer) : call.not_found(why_no_output(folder, was_removed));
  });
  if (!is_taken) call.transient("too many questions at once");
}

std::string LocalBackend::why_no_output(const AttemptFolder& folder, bool was_removed) const {
  if (was_removed)
    return "it was removed, as the oldest, to keep all output of attempts that are gone within "
           "kept_output (" +
           std::to_string(kept_output_.value()) + " bytes)";
  if (!fs::exists(folder.path))
    return "nothing is kept of this attempt: it never came here, or it was removed as the oldest of "
           "more than keep_finished (" +
           std::to_string(keep_finished_) + ")";
  return "there is no output of such a member";
}

void LocalBackend::fetch(Call call, std::string_view request_text) {
  const json from = json::parse(request_text);
  HttpRequest request{
      .method = from.value("method", "GET"),
      .path = from.at("path").get<std::string>(),
      .headers = from.value("headers", std::map<std::string, std::string>{}),
      .body = from.value("body", ""),
      .timeout = std::chrono::milliseconds(from.value("timeout_ms", std::int64_t{5000})),
      .limit_bytes = from.value("limit_bytes", std::uint64_t{1 << 20})};
  const std::string endpoint = from.at("endpoint").get<std::string>();
  reactor_->post([this, call, key = key_of(from), endpoint, request]() mutable {
    const Attempt* attempt = find(key);
    if (attempt == nullptr) return call.not_found();
    const auto address = attempt->endpoints().find(endpoint);
    if (address == attempt->endpoints().end()) {
      return call.transient("it has published no endpoint \"" + endpoint + "\" yet");
    }
    request.address = address->second;
    const bool is_taken = workers_->submit([call, request] {
      try {
        const HttpAnswer answer = ask_http(request);
        call.ok(text_of(
            {{"status", answer.status}, {"headers", answer.headers}, {"body", answer.body}}));
      } catch (const std::runtime_error& error) {
        call.transient(error.what());
      }
    });
    if (!is_taken) call.transient("too many questions at once");
  });
}

}  // namespace berth
