namespace Understudy.Verifier.Scheduling;

/// <summary>The service cannot take this now, but another instance or a later try may: models load, or it drains.</summary>
internal sealed class NotReadyException(string message) : Exception(message);
