namespace Understudy.Training.Recipes;

/// <summary>One labelled text.</summary>
/// <param name="Id">As the data has it; may be empty.</param>
/// <param name="Text">As the models read it.</param>
/// <param name="Plain">Another way the same input may arrive (a mail without its headers), to learn from as well; null for none.</param>
/// <param name="Label">Index into the task's labels.</param>
internal sealed record Example(string Id, string Text, string? Plain, int Label);
