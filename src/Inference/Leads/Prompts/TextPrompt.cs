using System.Text.Json;

namespace Understudy.Inference.Leads.Prompts;

/// <summary>For a lead that writes: the job, what its answer has to be, and the input as it stands.</summary>
internal sealed class TextPrompt : IPromptBuilder
{
    public bool ReadsDemonstrations => false;

    public bool ReadsStudent => false;

    public LeadPrompt Build(PromptMaterial material)
    {
        var instruction = string.Join('\n', Lines(material).Where(line => line.Length > 0));
        return new(instruction, PromptText.Fit(material.Text, PromptText.Characters(material) - instruction.Length));
    }

    private static IEnumerable<string> Lines(PromptMaterial material)
    {
        yield return material.Task.Instruction;
        if (material.Task.Schema is { } schema)
        {
            // An endpoint that holds answers to a schema shows it to its model or not, and hardly any knows that format.
            yield return $"Answer with one JSON object and nothing else. It satisfies this JSON schema; a string of the format 'extract' is words of the input, exactly as they stand there: {JsonSerializer.Serialize(schema)}";
        }
    }
}
