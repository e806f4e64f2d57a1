namespace Understudy.Cli.Evaluation;

/// <summary>What became of one record.</summary>
/// <param name="Alone">The text of the lead's language model with nobody ahead of it.</param>
/// <param name="Served">The lead's text with all that can go ahead of it and have a say.</param>
/// <param name="Draft">The draft's text; null without one.</param>
internal sealed record WrittenAnswers(string Alone, string Served, string? Draft);
