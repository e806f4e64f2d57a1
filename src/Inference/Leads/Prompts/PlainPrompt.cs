namespace Understudy.Inference.Leads.Prompts;

/// <summary>The input alone.</summary>
internal sealed class PlainPrompt : IPromptBuilder
{
    public bool ReadsDemonstrations => false;

    public bool ReadsStudent => false;

    public LeadPrompt Build(PromptMaterial material)
    {
        var instruction = PromptText.Instruction(material);
        return new(instruction, PromptText.Question(material, instruction));
    }
}
