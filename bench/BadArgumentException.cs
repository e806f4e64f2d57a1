namespace Understudy.Bench;

/// <summary>The verb cannot run as it was asked to; the message says which option is at fault.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
