// Volumes out of one shared folder: a claim gets a folder of its own in it, and loses it with the volume.
//
// It makes the folder itself. A provisioner that starts a pod for each folder costs every new volume about three
// seconds, which is as long as everything else that a new tenant waits for.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// Requests a second and at once: twenty claims together must not wait for the client's own limit (5 and 10).
const requestsPerSecond, requestsAtOnce = 50, 100

func main() {
	name := flag.String("provisioner", "", "the name by which storage classes call this provisioner")
	folder := flag.String("folder", "", "where the shared folder is for this process")
	nodePath := flag.String("node-path", "", "where the same folder is on every node")
	kubeconfig := flag.String("kubeconfig", "", "how to reach the cluster; empty: as the pod's service account")
	flag.Parse()
	if err := run(*name, *folder, *nodePath, *kubeconfig); err != nil {
		fmt.Fprintf(os.Stderr, "shared-folder-provisioner: %v\n", err)
		os.Exit(1)
	}
}

func run(name, folder, nodePath, kubeconfig string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	volumes, err := openVolumes(name, folder, nodePath)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = requestsPerSecond, requestsAtOnce
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	klog.InfoS("Provisioning", "provisioner", name, "folder", folder, "nodePath", nodePath)
	// Its Deployment never runs two; and two would still agree, because a folder is named after its volume.
	controller.NewProvisionController(ctx, client, name, volumes, controller.LeaderElection(false)).Run(ctx)
	return nil
}
