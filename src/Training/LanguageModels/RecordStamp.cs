using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        var (has, had) = (data.Records.Records.Count > 0, File.Exists(path));
        if (has ? !had && File.Exists(Path.Combine(workFolder, Vocabulary)) : had)
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun {(had ? "with" : "without")} records, and the recipe has {(has ? "some" : "none")}. Delete it to begin anew, or name another folder with --work.");
        }

        if (!has)
        {
            return;
        }

        var sizes = new[] { recipe.Lead, recipe.Draft }.Select(model => model with { Training = new() { Dropout = model.Training.Dropout }, FurtherTraining = [] });
        var content = JsonSerializer.Serialize(new { recipe.Seed, recipe.Vocabulary, recipe.Teaching, sizes, records = data.Records.Records.Select(pair => pair.Record) });
        var stamp = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        if (had && File.ReadAllText(path) != stamp)
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun with other records, another 'teaching', 'vocabulary' or 'seed', or other sizes of the models. Delete it to begin anew, or name another folder with --work.");
        }

        File.WriteAllText(path, stamp);
    }
}
