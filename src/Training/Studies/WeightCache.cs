using TorchSharp;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Studies;

/// <summary>What a study has trained once and uses again, kept in its work folder.</summary>
internal sealed class WeightCache(string workFolder)
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(workFolder, "networks")).FullName;

    /// <summary>A model as it was trained under this name, by this study or an earlier one.</summary>
    /// <param name="name">Says all that the weights depend on.</param>
    /// <param name="build">Makes the untrained model; torch's generator has the seed.</param>
    public T Get<T>(string name, int seed, Func<T> build, Action<T> train)
        where T : Module
    {
        var file = Path.Combine(_folder, $"{name}-{seed}.weights");
        torch.random.manual_seed(seed);
        var model = build();
        if (File.Exists(file))
        {
            model.load(file);
        }
        else
        {
            train(model);
            model.save(file + ".part");
            File.Move(file + ".part", file, overwrite: true);
        }

        model.eval();
        return model;
    }
}
