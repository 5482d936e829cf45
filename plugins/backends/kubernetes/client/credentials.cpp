#include "credentials.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "exec_credential.hpp"
#include "fresh_file.hpp"
#include "program_run.hpp"

namespace berth {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

// Asked for again before it expires, so that no request has to wait for the plugin.
constexpr std::chrono::seconds kAhead{60};
// Taken as expired already: a request needs some time on its way.
constexpr std::chrono::seconds kExpiredEarly{5};
// A plugin that fails is not run for each request.
constexpr std::chrono::seconds kFailedPause{3};

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// A TextOrFile that is looked at each time.
class Source {
 public:
  explicit Source(const TextOrFile& from) : text_(from.text), file_(from.file) {}

  const std::string& text() { return file_.path().empty() ? text_ : file_.text(); }
  void forget() { file_.forget(); }

 private:
  const std::string text_;
  FreshFile file_;
};

// One run of the exec plugin on a thread of its own.
class PluginRun {
 public:
  using Ended = std::function<void(ProgramEnd)>;

  // `ended` is called on that thread.
  PluginRun(ProgramRun run, Ended ended) : stop_(eventfd(0, EFD_CLOEXEC)) {
    thread_ = std::thread([stop = stop_, run = std::move(run), ended = std::move(ended)] {
      ended(run_program(run, stop));
    });
  }
  PluginRun(const PluginRun&) = delete;
  PluginRun& operator=(const PluginRun&) = delete;
  ~PluginRun() {
    eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
  }

 private:
  const int stop_;
  std::thread thread_;
};

}  // namespace

class Credentials::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(boost::asio::io_context& io, ApiAccess access)
      : io_(io),
        access_(std::move(access)),
        authority_(access_.authority),
        certificate_(access_.certificate),
        key_(access_.key),
        token_({.text = access_.token, .file = access_.token_file}) {}

  void get(Done done) {
    try {
      if (!access_.exec) return done(identity(ExecCredential{}));
      if (has_usable()) {
        if (is_due() && !run_ && !is_pausing()) run_plugin();
        return done(identity(*plugin_));
      }
    } catch (const std::runtime_error& error) {
      return done(error.what());
    }
    if (!run_ && is_pausing()) return done(failed_why_);
    waiting_.push_back(std::move(done));
    if (!run_) run_plugin();
  }

  void renew(const Identity& refused, Done done) {
    token_.forget();
    certificate_.forget();
    key_.forget();
    // Of many requests that were refused together, the first makes the plugin run.
    if (current_ && current_->number == refused.number) plugin_.reset();
    get(std::move(done));
  }

  bool can_be_renewed() const {
    return access_.exec || !access_.token_file.empty() || !access_.certificate.file.empty();
  }

  void stop() {
    waiting_.clear();
    run_.reset();
  }

 private:
  bool has_usable() const {
    return plugin_ &&
           (!plugin_->expires || system_clock::now() < *plugin_->expires - kExpiredEarly);
  }
  bool is_due() const {
    return plugin_->expires && system_clock::now() > *plugin_->expires - kAhead;
  }
  bool is_pausing() const { return steady_clock::now() < failed_until_; }

  std::shared_ptr<const Identity> identity(const ExecCredential& plugin) {
    Identity now{.token = plugin.token.empty() ? trimmed(token_.text()) : plugin.token,
                 .certificate = plugin.certificate,
                 .key = plugin.key,
                 .authority = authority_.text()};
    if (now.certificate.empty()) {
      now.certificate = certificate_.text();
      now.key = key_.text();
    }
    refuse_empty(access_.token_file, now.token);
    refuse_empty(access_.certificate.file, now.certificate);
    if (current_ && current_->token == now.token && current_->certificate == now.certificate &&
        current_->key == now.key && current_->authority == now.authority) {
      return current_;
    }
    now.number = ++last_number_;
    current_ = std::make_shared<const Identity>(std::move(now));
    return current_;
  }

  // One that is being written. Who came without would be somebody else to the API server: nobody.
  static void refuse_empty(const std::filesystem::path& file, const std::string& text) {
    if (!file.empty() && text.empty()) throw std::runtime_error(file.string() + " is empty");
  }

  ProgramRun plan_run() {
    const std::string info = exec_info(access_, authority_.text());
    ProgramRun run{.words = {access_.exec->command}};
    run.words.insert(run.words.end(), access_.exec->args.begin(), access_.exec->args.end());
    // The first of equal names counts for most programs: what the kubeconfig says goes before.
    for (const auto& [name, value] : access_.exec->env) {
      run.environment.push_back(name + '=' + value);
    }
    run.environment.push_back("KUBERNETES_EXEC_INFO=" + info);
    for (char** each = environ; *each != nullptr; ++each) run.environment.emplace_back(*each);
    return run;
  }

  void run_plugin() {
    ProgramRun plan;
    try {
      plan = plan_run();
    } catch (const std::runtime_error& error) {
      return fail(error.what());
    }
    run_ = std::make_unique<PluginRun>(std::move(plan),
                                       [&io = io_, weak = weak_from_this()](ProgramEnd end) {
                                         boost::asio::post(io, [weak, end = std::move(end)] {
                                           if (const auto self = weak.lock()) self->take(end);
                                         });
                                       });
  }

  void take(const ProgramEnd& end) {
    if (!run_) return;
    run_.reset();
    try {
      if (!end.why.empty()) throw std::runtime_error(end.why);
      plugin_ = parse_exec_credential(end.output, access_.exec->api_version);
      if (!has_usable()) throw std::runtime_error("gave credentials that have expired");
      const std::shared_ptr<const Identity> fresh = identity(*plugin_);
      answer(fresh);
    } catch (const std::runtime_error& error) {
      const std::string said = trimmed(end.errors);
      if (!said.empty() && access_.exec->tell_errors) access_.exec->tell_errors(said);
      fail(error.what() + std::string(said.empty() ? "" : "; berthd's log has what it printed"));
    }
  }

  void fail(const std::string& what) {
    failed_until_ = steady_clock::now() + kFailedPause;
    failed_why_ = "the exec plugin " + access_.exec->command + ' ' + what;
    if (!access_.exec->install_hint.empty() && what.find("cannot run") == 0) {
      failed_why_ += "; " + trimmed(access_.exec->install_hint);
    }
    answer(failed_why_);
  }

  void answer(const Given& given) {
    const std::vector<Done> waiting = std::exchange(waiting_, {});
    for (const Done& done : waiting) done(given);
  }

  boost::asio::io_context& io_;
  const ApiAccess access_;
  Source authority_, certificate_, key_, token_;
  std::optional<ExecCredential> plugin_;
  std::shared_ptr<const Identity> current_;
  std::uint64_t last_number_ = 0;
  std::vector<Done> waiting_;
  steady_clock::time_point failed_until_{};
  std::string failed_why_;
  std::unique_ptr<PluginRun> run_;  // last: ends before the rest goes
};

Credentials::Credentials(boost::asio::io_context& io, ApiAccess access)
    : core_(std::make_shared<Core>(io, std::move(access))) {}

Credentials::~Credentials() { core_->stop(); }

void Credentials::get(Done done) { core_->get(std::move(done)); }

void Credentials::renew(const Identity& refused, Done done) {
  core_->renew(refused, std::move(done));
}

bool Credentials::can_be_renewed() const { return core_->can_be_renewed(); }

}  // namespace berth
