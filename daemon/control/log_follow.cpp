#include "control/log_follow.hpp"

#include <algorithm>
#include <chrono>

#include "control/job_lookup.hpp"

namespace berth {
namespace {

constexpr std::chrono::milliseconds kLookAgainAfter{250};
// Of output that has been quiet: a cluster far away is not asked four times a second for nothing.
constexpr std::chrono::milliseconds kLookAgainMost{1000};
constexpr std::chrono::seconds kAskAgainAfter{1};  // of a cluster that did not answer

using Done = std::function<void(Piece)>;

class LogFollow final : public BodyStream, public std::enable_shared_from_this<LogFollow> {
 public:
  LogFollow(Control& control, LogWish wish, std::shared_ptr<void> place)
      : control_(control),
        wish_(std::move(wish)),
        place_(std::move(place)),
        follows_attempts_(wish_.attempt == 0) {
    wish_.limit_bytes = 0;  // the backend's own page
  }

  void next(Done done) override {
    const auto job = find_job(control_, wish_.job);
    if (!job) return done({"", true});  // pruned meanwhile
    if (wish_.attempt == 0) wish_.attempt = job->attempt.number;
    if (wish_.attempt == 0) {
      if (is_terminal(job->phase)) return done({"", true});
      return look_again(done, kLookAgainAfter);
    }
    if (has_ended_) return go_on_after_end(*job, done);
    read_logs(control_, wish_, [weak = weak_from_this(), done](const Result<LogPage>& page) {
      if (const auto self = weak.lock()) self->take(page, done);
    });
  }

 private:
  // The connection asks for the next piece only after `done`, so this never runs beside `next`.
  void take(const Result<LogPage>& page, const Done& done) {
    if (!page && page.error().code == "ClusterOffline") return look_again(done, kAskAgainAfter);
    if (!page) return take_absence(done);
    wish_.offset = page->next;
    has_ended_ = page->is_end;
    if (page->data.empty() && !page->is_end) return look_again(done, longer_pause());
    pause_ = kLookAgainAfter;
    done({page->data});
  }

  std::chrono::milliseconds longer_pause() {
    const auto pause = pause_;
    pause_ = std::min(kLookAgainMost, pause_ + kLookAgainAfter / 4);
    return pause;
  }

  // Of an attempt that lives, output may still come; of one that is over, no more can be had.
  void take_absence(const Done& done) {
    const auto job = find_job(control_, wish_.job);
    const bool is_alive = job && job->attempt.number == wish_.attempt && !job->attempt.ended &&
                          !is_terminal(job->phase);
    if (is_alive) return look_again(done, kLookAgainAfter);
    has_ended_ = true;
    done({});
  }

  void go_on_after_end(const Job& job, const Done& done) {
    if (!follows_attempts_) return done({"", true});
    if (job.attempt.number > wish_.attempt) {
      wish_.attempt = job.attempt.number;
      wish_.offset = 0;
      has_ended_ = false;
      return done({});
    }
    const bool comes_again = !is_terminal(job.phase) && job.verdict != Verdict::kSucceed &&
                             job.verdict != Verdict::kFail && job.phase != Phase::kKilling;
    if (!comes_again) return done({"", true});
    look_again(done, kLookAgainAfter);
  }

  void look_again(const Done& done, std::chrono::milliseconds delay) {
    control_.loop.post(
        [&loop = control_.loop, done, delay] { loop.after(delay, [done] { done({}); }); });
  }

  Control& control_;
  LogWish wish_;
  std::shared_ptr<void> place_;
  bool follows_attempts_;
  bool has_ended_ = false;
  std::chrono::milliseconds pause_ = kLookAgainAfter;
};

}  // namespace

std::shared_ptr<BodyStream> follow_logs(Control& control, LogWish wish,
                                        std::shared_ptr<void> place) {
  return std::make_shared<LogFollow>(control, std::move(wish), std::move(place));
}

}  // namespace berth
