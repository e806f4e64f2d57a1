namespace Understudy.Bench.PeerEngines;

/// <summary>Another engine could not be installed or started, or gave up. Measuring goes on without it.</summary>
internal sealed class EngineFailedException(string message) : Exception(message);
