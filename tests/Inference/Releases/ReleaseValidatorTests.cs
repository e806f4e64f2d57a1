using System.Text.Json.Nodes;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Classification;

namespace Understudy.Inference.Tests.Releases;

public sealed class ReleaseValidatorTests : IDisposable
{
    private readonly ModelsFolder _models = new();
    private readonly string _folder;

    public ReleaseValidatorTests() => _folder = _models.WriteRelease("1.0");

    [Fact]
    public void Validate_WrittenRelease_FindsNothing() => Assert.Empty(ReleaseValidator.Validate(_folder));

    [Fact]
    public void Validate_NoManifest_SaysThatItIsUnfinished()
    {
        File.Delete(_models.ManifestPath("1.0"));
        Assert.Contains("written last", Assert.Single(ReleaseValidator.Validate(_folder)));
    }

    [Fact]
    public void Validate_ManifestThatIsNoJson_SaysSo()
    {
        _models.WriteSigned("1.0", "{");
        Assert.Contains("cannot be read as JSON", Assert.Single(ReleaseValidator.Validate(_folder)));
    }

    [Fact]
    public void Validate_MissingUnknownAndMistypedFields_NamesEach()
    {
        _models.Edit("1.0", m =>
        {
            m.Remove("task");
            m["colour"] = "red";
            m["tiers"]![0]!["temperature"] = "hot";
            m["files"]![1]!.AsObject().Remove("bytes");
        });
        var problems = ReleaseValidator.Validate(_folder);
        Assert.Contains(problems, p => p.Contains("task is missing"));
        Assert.Contains(problems, p => p.Contains("colour is not a known field"));
        Assert.Contains(problems, p => p.Contains("tiers[0].temperature must be a number"));
        Assert.Contains(problems, p => p.Contains("files[1].bytes is missing"));
        Assert.Equal(4, problems.Count);
    }

    [Fact]
    public void Validate_ManyBadValues_ReportsThemAll()
    {
        _models.Edit("1.0", m =>
        {
            m["schema"] = 2;
            m["version"] = "2.0";
            m["labels"] = new JsonArray("ham", "ham");
            m["guarantee"]!["epsilon"] = 1.5;
            m["input"] = "smell";
            m["tiers"]![0]!["temperature"] = 0;
            m["tiers"]![0]!["threshold"] = -1;
            m["tiers"]![1]!["maxTokens"] = 0;
            m["tiers"]![1]!["kind"] = "oracle";
            m["tiers"]![2]!["role"] = "student";
            m["tiers"]![2]!["name"] = "small";
        });
        var problems = ReleaseValidator.Validate(_folder);
        foreach (var part in new[]
        {
            "schema is 2", "version is '2.0'", "'ham' 2 times", "epsilon is 1.5", "input is 'smell'", "tiers[0].temperature is 0",
            "tiers[0].threshold is -1", "tiers[1].kind is 'oracle'", "Put the lead last", "'small' 2 times",
        })
        {
            Assert.Contains(problems, p => p.Contains(part));
        }
    }

    [Theory]
    [InlineData(0, new double[] { 1 }, "tiers[0].pool is given")]
    [InlineData(1, new double[] { -1, 1 }, "tiers[1].pool is [-1, 1]")]
    [InlineData(1, new double[] { 1e300, 1 }, "from 0 to 20")]
    [InlineData(1, new double[] { 0.5, 0 }, "at least 0.001")]
    [InlineData(1, new double[] { 1 }, "tiers[1].pool has 1 weights; it must have 2")]
    [InlineData(2, new double[] { 1, 1, 1 }, "tiers[2].pool is given")]
    public void Validate_PoolThatCannotBe_NamesIt(int tier, double[] weights, string problem)
    {
        _models.Edit("1.0", m => m["tiers"]![tier]!["pool"] = new JsonArray([.. weights.Select(weight => (JsonNode)weight)]));
        Assert.Contains(problem, Assert.Single(ReleaseValidator.Validate(_folder)));
    }

    [Theory]
    [InlineData("../lead.onnx")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../lead.onnx")]
    [InlineData("sub\\lead.onnx")]
    [InlineData("C:lead.onnx")]
    [InlineData("./lead.onnx")]
    [InlineData("")]
    public void Validate_FileNameThatCouldLeaveTheFolder_IsRefused(string name)
    {
        _models.Edit("1.0", m => m["files"]![0]!["name"] = name);
        Assert.Contains(ReleaseValidator.Validate(_folder), p => p.Contains("files[0].name") && p.Contains("relative"));
    }

    [Fact]
    public void Validate_Link_IsRefused()
    {
        var path = Path.Combine(_folder, "lead.onnx");
        File.Move(path, Path.Combine(_models.Root, "elsewhere.onnx"));
        File.CreateSymbolicLink(path, Path.Combine(_models.Root, "elsewhere.onnx"));
        Assert.Contains("link", Assert.Single(ReleaseValidator.Validate(_folder)));
    }

    [Fact]
    public void Validate_TruncatedMissingAndChangedFiles_NamesEach()
    {
        Truncate("lead.onnx");
        File.Delete(Path.Combine(_folder, "small.onnx"));
        var medium = Path.Combine(_folder, "medium.onnx");
        var bytes = File.ReadAllBytes(medium);
        bytes[^1] ^= 1;
        File.WriteAllBytes(medium, bytes);
        var problems = ReleaseValidator.Validate(_folder);
        Assert.Contains(problems, p => p.StartsWith("lead.onnx: it has") && p.Contains("cut short"));
        Assert.Contains(problems, p => p.StartsWith("small.onnx: the file is missing"));
        Assert.Contains(problems, p => p.StartsWith("medium.onnx: its sha256"));
        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void Validate_ModelTruncatedBeforeTheManifestWasWritten_SaysThatItIsNoModel()
    {
        Truncate("lead.onnx");
        _models.WriteAgain("1.0");
        var problem = Assert.Single(ReleaseValidator.Validate(_folder));
        Assert.StartsWith("lead.onnx: tiers[2] cannot be loaded", problem);
        Assert.Contains("truncated", problem);
    }

    [Fact]
    public void Validate_ModelOfOtherLabelsOrInputs_SaysSo()
    {
        File.WriteAllBytes(Path.Combine(_folder, "small.onnx"), TinyEncoder.Write(new float[5, 3]));
        File.WriteAllBytes(Path.Combine(_folder, "lead.onnx"), TinyEncoder.Write(new float[5, 2], ids: "tokens"));
        _models.WriteAgain("1.0");
        var problems = ReleaseValidator.Validate(_folder);
        Assert.Contains(problems, p => p.StartsWith("small.onnx") && p.Contains("3 labels, the manifest 2"));
        Assert.Contains(problems, p => p.StartsWith("lead.onnx") && p.Contains("'input_ids' is missing"));
    }

    [Fact]
    public void Validate_BrokenTokenizer_SaysSo()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), "{}");
        _models.WriteAgain("1.0");
        Assert.All(ReleaseValidator.Validate(_folder), p => Assert.Contains("'tokenizer.json' cannot be read", p));
        Assert.Equal(3, ReleaseValidator.Validate(_folder).Count);
    }

    [Fact]
    public void Load_BadRelease_ThrowsWithEveryProblem()
    {
        Truncate("lead.onnx");
        Truncate("small.onnx");
        Assert.Equal(2, Assert.Throws<ReleaseInvalidException>(() => Release.Load(_folder)).Problems.Count);
    }

    [Fact]
    public void Write_ManifestThatCouldNotServe_WritesNothing()
    {
        File.Delete(_models.ManifestPath("1.0"));
        var error = Assert.Throws<ReleaseInvalidException>(() => ReleaseWriter.Write(_folder, ModelsFolder.Manifest("1.0") with { Labels = [] }));
        Assert.Contains("labels", error.Message);
        Assert.False(File.Exists(_models.ManifestPath("1.0")));
    }

    [Fact]
    public void Write_Folder_ListsEveryFileOnceAndLeavesNoTemporaryOne()
    {
        File.Delete(_models.ManifestPath("1.0"));
        var manifest = ReleaseWriter.Write(_folder, ModelsFolder.Manifest("1.0"));
        Assert.Equal(["lead.onnx", "medium.onnx", "small.onnx", "tokenizer.json"], manifest.Files.Select(f => f.Name));
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    [Fact]
    public void Write_FolderWithARelease_ChangesNothing()
    {
        var before = File.ReadAllBytes(_models.ManifestPath("1.0"));
        var error = Assert.Throws<ReleaseInvalidException>(() => ReleaseWriter.Write(_folder, ModelsFolder.Manifest("1.0")));
        Assert.Contains("never changes", error.Message);
        Assert.Equal(before, File.ReadAllBytes(_models.ManifestPath("1.0")));
    }

    public void Dispose() => _models.Dispose();

    private void Truncate(string file)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..150]);
    }
}
