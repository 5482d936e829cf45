// A backend out of a library: one cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "plugins/backend.hpp"
#include "plugins/backend_forms.hpp"
#include "plugins/instance.hpp"

namespace berth {

class BackendCalls;
class BackendPort;

// `adopt`, `launch` and `release` of one (job, attempt) are made one after the other; `logs` and
// `fetch` only look, and may come beside them. Each call has a deadline, counted from when it was
// asked for; that of `release` is four times as long, as it waits for jobs to end well. A call that
// the backend has not answered by then ends as kUnknown and the next of its attempt is made, or a
// backend that lost one answer would block the attempt for ever; the late answer is ignored. One
// that still waits behind others was never made, so it ends as kTransient. Nothing is called back
// after this is destroyed. [loop; `logs` and `fetch`: any]
class BackendInstance final : public Backend {
 public:
  BackendInstance(std::unique_ptr<Instance> instance, BackendSite site, Loop& loop,
                  const Clock& clock);
  ~BackendInstance() override;

  const std::vector<std::string>& formats() const override;
  void start(BackendEvents& events, BackendDone done) override;
  void adopt(const AttemptKey& key, BackendDone done) override;
  void launch(const LaunchOrder& order, BackendDone done) override;
  void release(const ReleaseOrder& order, BackendDone done) override;
  void pools(BackendDone done) override;
  void health(BackendDone done) override;
  void logs(const LogRequest& request, BackendDone done) override;
  void fetch(const FetchRequest& request, BackendDone done) override;
  void stop(BackendDone done) override;

 private:
  void ask_from_anywhere(BackendFunction function, std::string text, BackendDone done);

  BackendSite site_;
  Loop& loop_;
  std::shared_ptr<BackendCalls> calls_;
  BackendPort& port_;
};

}  // namespace berth
