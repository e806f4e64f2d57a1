using Understudy.Conformance.Tests.Suites;

namespace Understudy.Conformance.Tests.Embedded;

public sealed class UncachedActivities : ActivitySuite<UncachedEmbeddedFixture>;

public sealed class UncachedTimers : TimerSuite<UncachedEmbeddedFixture>;

public sealed class UncachedEvents : EventSuite<UncachedEmbeddedFixture>;

public sealed class UncachedSubWorkflows : SubWorkflowSuite<UncachedEmbeddedFixture>;

public sealed class UncachedContinueAsNew : ContinueAsNewSuite<UncachedEmbeddedFixture>;

public sealed class UncachedDeterminism : DeterminismSuite<UncachedEmbeddedFixture>;

public sealed class UncachedClient : ClientSuite<UncachedEmbeddedFixture>;

public sealed class UncachedCrashes : CrashSuite<UncachedEmbeddedFixture>;
