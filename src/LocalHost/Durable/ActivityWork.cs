using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>An attempt at an activity that is to run now.</summary>
internal readonly record struct ActivityWork(long Instance, string InstanceId, long Step, ActivityRegistration Activity, string? Input, string? Trace);
