#include "api_client.hpp"

#include <boost/asio/post.hpp>

#include "api_client_core.hpp"
#include "errand.hpp"
#include "stream_errand.hpp"

namespace berth {
namespace {

class AskErrand : public Errand {
 public:
  AskErrand(std::shared_ptr<ApiClient::Core> core, ApiRequest request, ApiClient::Done done)
      : Errand(std::move(core), std::move(request)), done_(std::move(done)) {}

 private:
  void fail(ApiFailure failure) override { tell(std::move(failure)); }
  void answer(ApiAnswer answer) override { tell(std::move(answer)); }

  void tell(ApiResult result) {
    const auto done = std::exchange(done_, nullptr);
    if (done) done(std::move(result));
  }

  ApiClient::Done done_;
};

}  // namespace

RandomSource seeded_random(std::uint64_t seed) {
  return [engine = std::mt19937_64(seed)]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

ApiClient::ApiClient(boost::asio::io_context& io, ApiAccess access, ApiLimits limits,
                     RandomSource random)
    : core_(std::make_shared<Core>(io, std::move(access), limits, std::move(random))) {}

ApiClient::~ApiClient() { core_->shut_down(); }

void ApiClient::ask(ApiRequest request, Done done) {
  boost::asio::post(core_->io, [weak = std::weak_ptr(core_), request = std::move(request),
                                done = std::move(done)]() mutable {
    const auto core = weak.lock();
    if (!core || core->is_shut_down()) return;
    std::make_shared<AskErrand>(core, std::move(request), std::move(done))->begin();
  });
}

std::unique_ptr<ApiStream> ApiClient::stream(ApiRequest request, StreamListener listener,
                                             StreamLimits limits) {
  return open_stream(core_, std::move(request), std::move(listener), limits);
}

ApiClientFigures ApiClient::figures() const {
  return {.requests = core_->requests,
          .retries = core_->retries,
          .rate_limited = core_->rate_limited,
          .throttled = core_->throttled,
          .connections_opened = core_->pool.opened(),
          .open_connections = core_->pool.open(),
          .waiting = core_->waiting,
          .streams = core_->streams};
}

const ApiAccess& ApiClient::access() const { return core_->access; }

}  // namespace berth
