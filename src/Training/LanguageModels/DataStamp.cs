using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Training.Recipes;

namespace Understudy.Training.LanguageModels;

/// <summary>Says of a work folder which data and which sizes its vocabulary, weights and checkpoints belong to: with others they cannot be gone on from.</summary>
internal static class DataStamp
{
    private const string DataFile = "data.sha256", RecordsFile = "records.sha256", Vocabulary = "tokenizer.json";

    /// <exception cref="RecipeInvalidException">The folder was begun with others.</exception>
    public static void Check(string workFolder, LanguageModelRecipe recipe, LanguageModelData data)
    {
        var sizes = new[] { recipe.Lead, recipe.Draft }.Select(model => model with { Training = new() { Dropout = model.Training.Dropout }, FurtherTraining = [] });
        CheckRecords(workFolder, recipe, data, sizes);
        Compare(
            workFolder,
            DataFile,
            new { recipe.Seed, recipe.Vocabulary, recipe.CallWeight, recipe.WordVectors, sizes, data.Text, calls = data.Calls.Select(call => new { call.Intent, call.Segments }) },
            "other 'calls' or 'text', another 'seed', 'vocabulary', 'callWeight' or 'wordVectors', or other sizes of the models");
    }

    private static void CheckRecords(string workFolder, LanguageModelRecipe recipe, LanguageModelData data, IEnumerable<DecoderRecipe> sizes)
    {
        var (has, had) = (data.Records.Records.Count > 0, File.Exists(Path.Combine(workFolder, RecordsFile)));
        if (has ? !had && File.Exists(Path.Combine(workFolder, Vocabulary)) : had)
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun {(had ? "with" : "without")} records, and the recipe has {(has ? "some" : "none")}. Delete it to begin anew, or name another folder with --work.");
        }

        if (has)
        {
            Compare(
                workFolder,
                RecordsFile,
                new { recipe.Seed, recipe.Vocabulary, recipe.Teaching, sizes, records = data.Records.Records.Select(pair => pair.Record) },
                "other records, another 'compression' of the task, another 'teaching', 'vocabulary' or 'seed', or other sizes of the models");
        }
    }

    /// <summary>A folder without the file, of an earlier version, gets it; and so does one in which nothing has been made yet.</summary>
    private static void Compare<T>(string workFolder, string file, T content, string others)
    {
        var path = Path.Combine(workFolder, file);
        var stamp = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content)));
        if (File.Exists(path) && File.Exists(Path.Combine(workFolder, Vocabulary)) && File.ReadAllText(path) != stamp)
        {
            throw new RecipeInvalidException($"'{workFolder}' was begun with {others}. Delete it to begin anew, or name another folder with --work.");
        }

        File.WriteAllText(path, stamp);
    }
}
