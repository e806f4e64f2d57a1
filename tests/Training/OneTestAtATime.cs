// Torch has one random generator in a process: what trains beside a test draws from it too.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
