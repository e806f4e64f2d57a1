namespace Understudy.Inference.Leads.Prompts;

/// <summary>A solved example.</summary>
/// <param name="Student">What the student makes of it; null when nobody was asked.</param>
internal sealed record Demonstration(string Text, string Label, StudentReceipt? Student = null);
