using Understudy.Conformance.Tests.Suites;

namespace Understudy.Conformance.Tests.Embedded;

public sealed class EmbeddedActivities : ActivitySuite<EmbeddedFixture>;

public sealed class EmbeddedTimers : TimerSuite<EmbeddedFixture>;

public sealed class EmbeddedEvents : EventSuite<EmbeddedFixture>;

public sealed class EmbeddedSubWorkflows : SubWorkflowSuite<EmbeddedFixture>;

public sealed class EmbeddedContinueAsNew : ContinueAsNewSuite<EmbeddedFixture>;

public sealed class EmbeddedDeterminism : DeterminismSuite<EmbeddedFixture>;

public sealed class EmbeddedClient : ClientSuite<EmbeddedFixture>;

public sealed class EmbeddedCrashes : CrashSuite<EmbeddedFixture>;

public sealed class EmbeddedVersions : VersionSuite<EmbeddedFixture>;
