using System.Text.Json;
using Understudy.Training.Corpora;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Corpora;

public sealed class FolderCorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("folder-corpus").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_TextsInBothFiles_AreNotLearnedFromAndToldOf()
    {
        Write("train.jsonl", "a", "b", "a", "c");
        Write("dev.jsonl", "c", "d", "d");
        List<string> said = [];

        var splits = FolderCorpus.Load(_folder, said.Add);

        Assert.Equal(["a", "b"], splits.Train.Select(record => record.Text));
        Assert.Equal(["c", "d"], splits.Calibration.Select(record => record.Text));
        Assert.Equal(["1 of 3 texts of train.jsonl stand in dev.jsonl too and are not learned from"], said);
    }

    [Fact]
    public void Load_EveryTextIsInBothFiles_SaysWhereToRemoveThem()
    {
        Write("train.jsonl", "a", "b");
        Write("dev.jsonl", "b", "a", "c");

        var error = Assert.Throws<RecipeInvalidException>(() => FolderCorpus.Load(_folder));

        Assert.StartsWith("All 2 texts of ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Remove them from dev.jsonl.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NothingUsableInTrain_SaysWhatALineIs()
    {
        File.WriteAllText(Path.Combine(_folder, "train.jsonl"), "{}");

        Assert.Contains("has no usable record", Assert.Throws<RecipeInvalidException>(() => FolderCorpus.Load(_folder)).Message, StringComparison.Ordinal);
    }

    private void Write(string file, params string[] texts) =>
        File.WriteAllLines(Path.Combine(_folder, file), texts.Select(text => JsonSerializer.Serialize(new { text, label = "x" })));
}
