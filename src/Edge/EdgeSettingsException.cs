namespace Understudy.Edge;

/// <summary>What the command line, the environment or the data folder says cannot be used; the message lists everything that is wrong.</summary>
internal sealed class EdgeSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems));
