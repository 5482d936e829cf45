#!/bin/sh
# Prints a kubeconfig for berthd: the cluster of kubectl's current context, and the account that
# target-role.yaml makes there. Run it as somebody who may make Secrets in that namespace:
#
#   (umask 077; etc/kubernetes/kubeconfig.sh >west.kubeconfig)
#   KUBECTL="kubectl --context west" etc/kubernetes/kubeconfig.sh        # another context
#
# The token is that of a Secret, `berth-token`: it does not expire, and ends when the Secret is deleted.
# Where tokens must expire, write `tokenFile: /run/berth/west.token` in place of `token:`, and let
# something write the output of `kubectl -n berth-jobs create token berth` there now and then: berthd
# reads the file again.
set -eu
kubectl=${KUBECTL:-kubectl}
namespace=${NAMESPACE:-berth-jobs}
account=${ACCOUNT:-berth}
secret=$account-token

of_cluster() { $kubectl config view --minify --flatten --raw -o "jsonpath={.clusters[0].cluster.$1}"; }
of_secret() { $kubectl -n "$namespace" get secret "$secret" -o "jsonpath={.data.$1}"; }

$kubectl apply -f - >&2 <<SECRET
apiVersion: v1
kind: Secret
metadata:
  name: $secret
  namespace: $namespace
  annotations: {kubernetes.io/service-account.name: $account}
type: kubernetes.io/service-account-token
SECRET

token=
for _ in 1 2 3 4 5 6 7 8 9 10; do
  token=$(of_secret token)
  [ -z "$token" ] || break
  sleep 1
done
[ -n "$token" ] || { echo "kubeconfig.sh: the cluster put no token into the secret $namespace/$secret" >&2; exit 1; }
authority=$(of_cluster certificate-authority-data)

cat <<KUBECONFIG
apiVersion: v1
kind: Config
current-context: berth
clusters:
  - name: cluster
    cluster:
      server: $(of_cluster server)
${authority:+      certificate-authority-data: $authority
}contexts:
  - name: berth
    context: {cluster: cluster, user: berth, namespace: $namespace}
users:
  - name: berth
    user:
      token: $(printf %s "$token" | base64 -d)
KUBECONFIG
