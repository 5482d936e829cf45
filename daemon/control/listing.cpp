#include "control/listing.hpp"

#include <utility>

#include "control/job_lookup.hpp"
#include "status/event_json.hpp"
#include "status/json_row.hpp"

namespace berth {
namespace {

constexpr int kRowsAtOnce = 1000;

class Listing final : public BodyStream, public std::enable_shared_from_this<Listing> {
 public:
  Listing(Control& control, Principal who, JobFilter filter)
      : control_(control),
        who_(std::move(who)),
        filter_(std::move(filter)),
        sequence_(last_sequence(control)) {
    filter_.limit = kRowsAtOnce;
  }

  void next(std::function<void(Piece)> done) override {
    const JobPage page = control_.readers.borrow()->jobs(filter_);
    filter_.after = page.next;
    with_pending_reasons(control_, page.jobs,
                         [weak = weak_from_this(), jobs = page.jobs,
                          done = std::move(done)](const PendingReasons& reasons) {
                           if (const auto self = weak.lock()) done(self->piece_of(jobs, reasons));
                         });
  }

 private:
  Piece piece_of(const std::vector<std::shared_ptr<const Job>>& jobs,
                 const PendingReasons& reasons) const {
    Piece piece;
    append_job_lines(piece.bytes, jobs, reasons, control_, who_);
    piece.is_last = filter_.after.empty();
    if (!piece.is_last) return piece;
    JsonRow row(piece.bytes);
    row.text("token", token_text({control_.server.epoch, sequence_}));
    row.end();
    piece.bytes += '\n';
    return piece;
  }

  Control& control_;
  Principal who_;
  JobFilter filter_;
  std::int64_t sequence_;  // before the first page: rather twice than never
};

}  // namespace

void stream_jobs(Control& control, const Principal& who, JobFilter filter,
                 const Respond& answer) {
  Response response;
  response.content_type = "application/x-ndjson";
  response.stream = std::make_shared<Listing>(control, who, std::move(filter));
  answer(std::move(response));
}

}  // namespace berth
