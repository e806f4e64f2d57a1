namespace Understudy.Inference.PromptCompression;

/// <summary>A run of characters without white space, with the white space before it: the least that stays or goes.</summary>
/// <param name="Start">Where its white space begins.</param>
/// <param name="Visible">Where its characters begin.</param>
/// <param name="End">Behind its last character.</param>
internal readonly record struct PromptWord(int Start, int Visible, int End);
