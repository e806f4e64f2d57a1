namespace Understudy.Verifier;

/// <summary>What the command line or the environment says cannot be used.</summary>
internal sealed class VerifierSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems));
