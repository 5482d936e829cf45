#include "connection_pool.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "tls_context.hpp"

namespace berth {

// Less than API servers and load balancers commonly keep a silent connection.
constexpr std::chrono::seconds kIdleMax{45};

ConnectionPool::ConnectionPool(boost::asio::io_context& io, const ApiAccess& access,
                               std::size_t idle_max)
    : io_(io), access_(access), idle_max_(idle_max), sweep_(io) {}

ConnectionPool::~ConnectionPool() {
  for (const auto& each : all_) each->close();
}

std::shared_ptr<boost::asio::ssl::context> ConnectionPool::tls_for(const Identity& identity) {
  if (!access_.is_tls) return nullptr;
  const bool is_same = tls_ && tls_made_for_.certificate == identity.certificate &&
                       tls_made_for_.key == identity.key &&
                       tls_made_for_.authority == identity.authority;
  if (is_same) return tls_;
  tls_ = make_tls_context(identity);
  tls_made_for_ = identity;
  // Those that were opened as somebody else, or trusting somebody else, are not used any more.
  while (!idle_.empty()) drop(idle_.back());
  return tls_;
}

std::shared_ptr<ApiConnection> ConnectionPool::take_idle() {
  if (idle_.empty()) return nullptr;
  const std::shared_ptr<ApiConnection> connection = idle_.back();
  idle_.pop_back();
  return connection;
}

std::shared_ptr<ApiConnection> ConnectionPool::lease(const Identity& identity, bool wants_new,
                                                     Leased leased) {
  const auto tls = tls_for(identity);
  close_old();
  if (auto kept = wants_new ? nullptr : take_idle()) {
    kept->closed = nullptr;
    leased(kept, true, "");
    return kept;
  }
  auto fresh = std::make_shared<ApiConnection>(io_, access_, tls);
  all_.insert(fresh);
  open_ = all_.size();
  ++opened_;
  fresh->open([leased = std::move(leased), weak = std::weak_ptr(fresh)](std::string why) {
    leased(weak.lock(), false, std::move(why));
  });
  return fresh;
}

void ConnectionPool::give_back(const std::shared_ptr<ApiConnection>& connection) {
  const bool is_current = connection->tls() == tls_.get();
  if (!connection->is_idle() || !is_current || idle_.size() >= idle_max_) return drop(connection);
  connection->idle_since = std::chrono::steady_clock::now();
  connection->closed = [this, weak = std::weak_ptr(connection)] { drop(weak.lock()); };
  idle_.push_back(connection);
  sweep_later();
}

void ConnectionPool::sweep_later() {
  if (std::exchange(is_sweeping_, true)) return;
  sweep_.expires_after(kIdleMax);
  sweep_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code&) {
    if (alive.expired()) return;
    is_sweeping_ = false;
    close_old();
    if (!idle_.empty()) sweep_later();
  });
}

void ConnectionPool::drop(const std::shared_ptr<ApiConnection>& connection) {
  if (!connection) return;
  connection->close();
  std::erase(idle_, connection);
  all_.erase(connection);
  open_ = all_.size();
}

void ConnectionPool::close_old() {
  const auto oldest = std::chrono::steady_clock::now() - kIdleMax;
  while (!idle_.empty() && idle_.front()->idle_since < oldest) drop(idle_.front());
}

}  // namespace berth
