namespace Understudy.Inference.Leads;

/// <summary>What a lead reads.</summary>
/// <param name="Instruction">The job; may be empty.</param>
/// <param name="Question">The input and what goes with it. Where labels are asked for it ends where one belongs.</param>
internal sealed record LeadPrompt(string Instruction, string Question)
{
    /// <summary>Both, for a model that reads one text.</summary>
    public string Text => Instruction.Length == 0 ? Question : $"{Instruction}\n\n{Question}";
}
