namespace Understudy.LocalHost.Storage;

/// <summary>The local blob storage cannot run; the message says what to install or to free.</summary>
internal sealed class StorageUnavailableException(string message) : Exception(message);
