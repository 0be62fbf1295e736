/** The first steps, offered on VS Code's welcome page. */
export const WALKTHROUGH = {
  id: 'start',
  title: 'Get Started with Coxswain',
  description: 'Heal, scale and release a workload, without Kubernetes at hand.',
  steps: [
    {
      id: 'cluster',
      title: 'Start the embedded cluster',
      description:
        'It speaks the APIs of Kubernetes and Prometheus and runs demo apps under load. Nothing is installed, and nothing outside this machine is touched.\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\nYou have a cluster? [Connect to a context](command:coxswain.connect) instead: Coxswain begins in mode observe and writes nothing.',
      media: {
        svg: 'media/walkthrough/cluster.svg',
        altText: 'A tree of a context, a namespace, a workload and its three pods, all healthy.',
      },
      completionEvents: ['onContext:coxswain.state == connected'],
    },
    {
      id: 'dashboard',
      title: 'Open the dashboard',
      description:
        'Latency, errors, CPU, memory, replicas and reward on one time axis, with faults, detections, actions and recoveries as marks.\n[Open Dashboard](command:coxswain.openDashboard)',
      media: {
        svg: 'media/walkthrough/dashboard.svg',
        altText:
          'Two charts on one time axis: a fault as a band, the action as a line, the recovery after it.',
      },
      completionEvents: ['onCommand:coxswain.openDashboard'],
    },
    {
      id: 'fault',
      title: 'Inject a fault',
      description:
        'Kill a pod, stress its CPU or memory, or delay its network, and watch how it is detected.\n[Inject Fault](command:coxswain.injectFault)\nAn experiment does the same with a hypothesis, and says whether it held: [Run Experiment](command:coxswain.runExperiment)',
      media: {
        svg: 'media/walkthrough/fault.svg',
        altText: 'Three pods; one of them burns and its latency rises above the objective.',
      },
      completionEvents: ['onCommand:coxswain.injectFault', 'onCommand:coxswain.runExperiment'],
    },
    {
      id: 'approve',
      title: 'Approve the recovery',
      description:
        'Coxswain says what it would do, why, and how sure it is. Look at the change as a diff, ask for an explanation, then approve or reject it.\n[Show Approvals](command:coxswain.approvals.focus)\nIn mode observe nothing asks: [switch to approve](command:coxswain.setMode) first.',
      media: {
        svg: 'media/walkthrough/approve.svg',
        altText: 'A proposal with its reason, confidence and time left, and the buttons Approve and Reject.',
      },
      completionEvents: ['onCommand:coxswain.approve'],
    },
    {
      id: 'scaling',
      title: 'Right-size a workload',
      description:
        'Let a calibration say whether anything beats a tuned HPA on the load of `frontend` in the namespace `web`. Then take over from its HPA, move the slider between cheaper and safer, and hand it back.\n[Calibrate](command:coxswain.calibrate)\n[Take Over](command:coxswain.takeOver)\nUntil then the scaler only [shows what it would do](command:coxswain.showScaling).',
      media: {
        svg: 'media/walkthrough/scaling.svg',
        altText:
          'Three lines over time: the demand, the replicas that the policy wants just above it, and the HPA’s wish, which follows later.',
      },
      completionEvents: ['onCommand:coxswain.calibrate', 'onCommand:coxswain.takeOver'],
    },
    {
      id: 'canary',
      title: 'Release step by step',
      description:
        'Start a canary of `storefront` in the namespace `release`: a share of the traffic goes to the new version, and the evidence says in words what speaks for harm and for safety. Where harm is certain it goes back by itself; an emergency rollback is one click.\n[Show Canaries](command:coxswain.canaries.focus)\n[Start Canary](command:coxswain.startCanary)\nAny Deployment can become one: [Make Canary](command:coxswain.makeCanary) shows the manifests first.',
      media: {
        svg: 'media/walkthrough/canary.svg',
        altText:
          'The weight of a canary rises in steps while the evidence for safety nears the line above which it is promoted.',
      },
      completionEvents: ['onCommand:coxswain.startCanary', 'onCommand:coxswain.makeCanary'],
    },
    {
      id: 'policy',
      title: 'Train a policy',
      description:
        'Let a policy learn in the simulator, watch its curves, and see how it does beside the rule that decides today. Nothing changes until you promote it, and a roll back is one click.\n[Train Policy](command:coxswain.trainPolicy)\n[Show Policies](command:coxswain.policies.focus)\nWhether learning pays at all, an evaluation says: [Evaluate Task](command:coxswain.evaluateTask)\n[Documentation](command:coxswain.openDocumentation)',
      media: {
        svg: 'media/walkthrough/policy.svg',
        altText:
          'A learning curve that rises from below the score of the rule to it, and two versions of a policy, one of them active.',
      },
      completionEvents: ['onCommand:coxswain.trainPolicy', 'onCommand:coxswain.evaluateTask'],
    },
  ],
};
