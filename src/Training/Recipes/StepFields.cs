using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Training.LanguageModels;

namespace Understudy.Training.Recipes;

/// <summary>What a step's result depends on in a recipe, the split of the texts apart.</summary>
internal static class StepFields
{
    public static JsonObject Lead(Recipe recipe) =>
        Of(new { recipe.Lead, recipe.LeadTokens, recipe.LeadTrainingTokens, recipe.LeadNgrams, recipe.LeadLinear, recipe.LeadNgramWeight });

    public static JsonObject Distil(Recipe recipe) =>
        Of(new { recipe.Small, recipe.SmallStart, recipe.SmallPretraining, recipe.LinearNgrams, recipe.Linear, recipe.LinearSoftTargetShare, recipe.NewInputs, recipe.Novelty });

    public static JsonObject Compress(Recipe recipe) => Of(new { recipe.Compression });

    public static JsonObject Lead(LanguageModelRecipe recipe) => Of(new { recipe.Lead });

    public static JsonObject Distil(LanguageModelRecipe recipe) =>
        Of(new { recipe.Draft, recipe.Refinement, Medusa = recipe.Medusa is { } medusa ? medusa with { Guesses = 0 } : null, recipe.Tagger });

    /// <summary>The tokens that heads guess from are chosen when they are exported.</summary>
    public static JsonObject Compress(LanguageModelRecipe recipe) => Of(new { Guesses = recipe.Medusa?.Guesses });

    private static JsonObject Of<T>(T fields) => JsonSerializer.SerializeToNode(fields, JsonSerializerOptions.Web)!.AsObject();
}
