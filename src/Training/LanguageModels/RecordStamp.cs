using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Understudy.Inference;
using Understudy.Training.Recipes;

namespace Understudy.Training.LanguageModels;

/// <summary>Says of a work folder which records and which sizes its vocabulary, weights and checkpoints belong to: with others they cannot be gone on from.</summary>
internal static class RecordStamp
{
    private const string FileName = "records.sha256", Vocabulary = "tokenizer.json";

    /// <exception cref="RecipeInvalidException">The folder was begun with others.</exception>
    public static void Check(string workFolder, LanguageModelRecipe recipe, LanguageModelData data)
    {
        var path = Path.Combine(workFolder, FileName);
        var wasBegun = File.Exists(Path.Combine(workFolder, Vocabulary));
        if (data.Records.Records.Count == 0 ? File.Exists(path) : wasBegun && !File.Exists(path))
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun {(wasBegun && !File.Exists(path) ? "without" : "with")} records, and the recipe has {(data.Records.Records.Count == 0 ? "none" : "some")}. Delete it to begin anew, or name another folder with --work.");
        }

        if (data.Records.Records.Count == 0)
        {
            return;
        }

        var sizes = new[] { recipe.Lead, recipe.Draft }.Select(model => model with { Training = new() { Dropout = model.Training.Dropout }, FurtherTraining = [] });
        var content = JsonSerializer.Serialize(new { recipe.Seed, recipe.Vocabulary, recipe.Teaching, sizes, records = data.Records.Records.Select(pair => pair.Record) });
        var stamp = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        if (File.Exists(path) && File.ReadAllText(path) != stamp)
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun with other records, another 'teaching', 'vocabulary' or 'seed', or other sizes of the models. Delete it to begin anew, or name another folder with --work.");
        }

        File.WriteAllText(path, stamp);
    }
}
