using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The engine has stopped; its instances go on when it is started again.</summary>
internal sealed class EngineStoppedException() : WorkflowsAwayException("The durable engine has stopped. Its instances go on when it is started again.");
