using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Training.Recipes;

namespace Understudy.Training.Decoders;

/// <summary>Beside a checkpoint, the training that made its last steps: where none is left to make, another training's fields would say of the weights what is not so.</summary>
internal static class TrainingFields
{
    public static void Save<T>(string checkpoint, T training) => File.WriteAllText(PathOf(checkpoint), Of(training).ToJsonString());

    /// <summary>Called where no step is left to make. Folders of earlier versions do not say what made theirs.</summary>
    /// <param name="name">What is trained.</param>
    /// <param name="made">Steps of the checkpoint.</param>
    /// <exception cref="RecipeInvalidException">They were made by another training.</exception>
    public static void Check<T>(string checkpoint, string name, int made, T training)
    {
        if (!File.Exists(checkpoint) || !File.Exists(PathOf(checkpoint)))
        {
            return;
        }

        var before = JsonNode.Parse(File.ReadAllText(PathOf(checkpoint)))!.AsObject();
        var changed = Of(training).Where(field => before.ContainsKey(field.Key) && !JsonNode.DeepEquals(field.Value, before[field.Key])).Select(field => $"'{field.Key}'").ToList();
        if (changed.Count > 0)
        {
            throw new RecipeInvalidException(
                $"'{name}' has made {made} steps with other values of {string.Join(", ", changed)} than the recipe has now, and makes no more. Give it more 'steps', give the recipe the values that it had, or delete '{checkpoint}' to begin anew.");
        }
    }

    private static string PathOf(string checkpoint) => $"{checkpoint}.json";

    private static JsonObject Of<T>(T training) => JsonSerializer.SerializeToNode(training, JsonSerializerOptions.Web)!.AsObject();
}
