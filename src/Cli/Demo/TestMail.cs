namespace Understudy.Cli.Demo;

/// <summary>A mail of the corpus's test part.</summary>
/// <param name="Id">Unique in this run.</param>
/// <param name="Text">The raw message.</param>
/// <param name="Label">The truth; the product is not told.</param>
internal sealed record TestMail(string Id, string Text, string Label);
