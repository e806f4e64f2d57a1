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

    [Fact]
    public void Load_LinesThatCannotBeUsed_AreToldOfWithTheFirstOfEachKind()
    {
        WriteLines("train.jsonl", """{"text":"a","label":"x"}""", "nonsense", """{"text":"b"}""", """{"text":"c","label":"refund"}""", """{"text":"d","label":"x"}""");
        WriteLines("dev.jsonl", """{"text":"a","label":"X"}""", """{"text":"e","label":"x"}""");
        List<string> said = [];

        var splits = FolderCorpus.Load(_folder, said.Add, ["x"]);

        Assert.Equal(["a", "d"], splits.Train.Select(record => record.Text));
        Assert.Equal(["e"], splits.Calibration.Select(record => record.Text));
        Assert.Contains(said, line => line.StartsWith("1 of 2 lines of dev.jsonl are left out; line 1: label 'X' is not one of the task's labels", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("2 of 5 lines of train.jsonl are left out; line 2: the line is not a JSON object", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("1 of 5 lines of train.jsonl are left out; line 4: label 'refund'", StringComparison.Ordinal));
        Assert.Equal(3, said.Count);
    }

    [Theory]
    [InlineData("Spam", "spam", "train.jsonl' has no usable record")]
    [InlineData("spam", "Spam", "dev.jsonl' has no usable record")]
    public void Load_LabelsOfAFileAreNoneOfTheTasks_NamesOne(string train, string dev, string expected)
    {
        WriteLines("train.jsonl", $$"""{"text":"a","label":"{{train}}"}""");
        WriteLines("dev.jsonl", $$"""{"text":"b","label":"{{dev}}"}""");

        var error = Assert.Throws<RecipeInvalidException>(() => FolderCorpus.Load(_folder, null, ["spam"]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 1: label 'Spam'", error.Message, StringComparison.Ordinal);
    }

    private void WriteLines(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_folder, file), lines);

    private void Write(string file, params string[] texts) =>
        File.WriteAllLines(Path.Combine(_folder, file), texts.Select(text => JsonSerializer.Serialize(new { text, label = "x" })));
}
