package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const (
	// The shared folder is for root alone, so that a volume is seen only by the pods that mount it.
	folderMode = 0o700
	// fsGroup does not apply to host paths, and every tenant's pods run as a user of their own.
	volumeMode = 0o777
)

// volumes is one shared folder. Everything goes through an os.Root: no name and no link, also none that a
// tenant's pod left in its volume, leads out of the folder.
type volumes struct {
	provisioner string
	root        *os.Root
	nodePath    string
}

func openVolumes(provisioner, folder, nodePath string) (*volumes, error) {
	if provisioner == "" || !filepath.IsAbs(folder) || !path.IsAbs(nodePath) {
		return nil, errors.New("-provisioner, and absolute paths for -folder and -node-path, are needed")
	}
	if err := os.Chmod(folder, folderMode); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	return &volumes{provisioner, root, path.Clean(nodePath)}, nil
}

// Provision makes the claim's folder; again for the same volume changes nothing. Claims of block devices never come
// here: the library refuses them for a provisioner that does not say that it can.
func (v *volumes) Provision(
	_ context.Context, options controller.ProvisionOptions,
) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	name := fmt.Sprintf("%s_%s_%s", options.PVName, options.PVC.Namespace, options.PVC.Name)
	if err := v.root.Mkdir(name, volumeMode); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, controller.ProvisioningFinished, err
	}
	// The process's umask took bits away from the mode.
	if err := v.root.Chmod(name, volumeMode); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return v.volume(options, name), controller.ProvisioningFinished, nil
}

func (v *volumes) volume(options controller.ProvisionOptions, name string) *corev1.PersistentVolume {
	kind := corev1.HostPathDirectory
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: options.PVC.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes:                   options.PVC.Spec.AccessModes,
			VolumeMode:                    options.PVC.Spec.VolumeMode,
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			MountOptions:                  options.StorageClass.MountOptions,
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: path.Join(v.nodePath, name), Type: &kind},
			},
		},
	}
}

// Delete removes the volume's folder; one that is gone already is fine.
func (v *volumes) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	source := volume.Spec.HostPath
	if source == nil || path.Dir(source.Path) != v.nodePath {
		return &controller.IgnoredError{Reason: "its folder is not directly in " + v.nodePath}
	}
	return v.root.RemoveAll(path.Base(source.Path))
}
