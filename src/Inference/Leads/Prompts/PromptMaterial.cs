using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>What a prompt is made from.</summary>
/// <param name="Labels">What may be answered.</param>
/// <param name="Text">The input.</param>
/// <param name="Student">What the surest student made of it; null when none was asked.</param>
/// <param name="Demonstrations">The nearest first.</param>
internal sealed record PromptMaterial(TaskDefinition Task, IReadOnlyList<string> Labels, string Text, StudentReceipt? Student, IReadOnlyList<Demonstration> Demonstrations);
