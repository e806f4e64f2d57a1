namespace Understudy.LocalHost;

/// <summary>The host cannot start as it was asked to; the message lists everything that is wrong.</summary>
internal sealed class LocalHostSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems));
