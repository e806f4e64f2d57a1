namespace Understudy.Edge.Updates;

/// <summary>A release that arrived whole does not do here what it did where its package was made.</summary>
internal sealed class SelfTestFailedException(string message) : Exception(message);
