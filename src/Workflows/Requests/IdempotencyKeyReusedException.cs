namespace Understudy.Workflows.Requests;

/// <summary>An idempotency key came back with a request that differs from its first one.</summary>
public sealed class IdempotencyKeyReusedException(string key)
    : Exception($"The idempotency key '{key}' was used for a different request. Send the same request, or a new key.");
