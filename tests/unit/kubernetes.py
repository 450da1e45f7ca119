#!/usr/bin/env python3
"""What ci/kubernetes/ holds is what the Kubernetes API takes, and says words that tare knows.

usage: kubernetes.py MANIFESTS SCENARIOS"""
import copy
import glob
import os
import pathlib
import sys
import unittest

# where ci/setup --dev puts it
PLACE = os.environ.get('TARE_PREFIX', '/opt/tare') + '/kubernetes-validate'
sys.path[:0] = glob.glob(PLACE + '/lib/python3*/site-packages')
try:
    import kubernetes_validate
    import yaml
except ImportError:
    print('kubernetes-validate is not installed: ci/setup --dev')
    sys.exit(77)

MANIFESTS, SCENARIOS = map(pathlib.Path, sys.argv[1:3])


def validate(manifest):
    version = kubernetes_validate.latest_version()
    kubernetes_validate.validate(manifest, version, strict=True)


class Kubernetes(unittest.TestCase):
    def setUp(self):
        self.pod = yaml.safe_load((MANIFESTS / 'dind.yaml').read_text())
        self.job = yaml.safe_load((MANIFESTS / 'gitlab-ci.yml').read_text())['tare']
        self.spec = self.pod['spec']
        self.builder = next(c for c in self.spec['containers'] if c['name'] == 'builder')

    def test_the_api_takes_the_pod(self):
        validate(self.pod)

    def test_a_misspelt_field_is_refused(self):
        wrong = copy.deepcopy(self.pod)
        wrong['spec']['containers'][0]['volumeMount'] = []
        with self.assertRaises(kubernetes_validate.ValidationError):
            validate(wrong)

    def test_every_mount_has_its_volume(self):
        volumes = {v['name'] for v in self.spec['volumes']}
        for container in self.spec['initContainers'] + self.spec['containers']:
            self.assertLessEqual({m['name'] for m in container['volumeMounts']}, volumes)

    def test_the_daemon_is_beside_the_builder_and_ends_with_it(self):
        dind = self.spec['initContainers'][0]
        env = {e['name']: e['value'] for e in self.builder['env']}
        self.assertEqual(dind['restartPolicy'], 'Always')
        self.assertIn('--host=' + env['DOCKER_HOST'], dind['args'])

    def test_pod_and_job_ask_the_same(self):
        env = {e['name']: e['value'] for e in self.builder['env']}
        for name in ['SCENARIO', 'ENGINES']:
            self.assertEqual(env[name], self.job['variables'][name])
        self.assertTrue((SCENARIOS / env['SCENARIO'] / 'scenario.json').exists())
        run = next(line for line in self.job['script'] if line.startswith('tare run'))
        self.assertIn(run.split(' --db')[0], self.builder['args'][0])
        self.assertEqual(self.builder['image'], self.job['image'])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
