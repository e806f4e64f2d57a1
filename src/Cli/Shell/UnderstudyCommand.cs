using System.CommandLine;
using System.CommandLine.Help;
using Understudy.Cli.Bench;
using Understudy.Cli.Calibration;
using Understudy.Cli.Data;
using Understudy.Cli.Demo;
using Understudy.Cli.Edge;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Generate;
using Understudy.Cli.Infer;
using Understudy.Cli.Optimization;
using Understudy.Cli.Prompts;
using Understudy.Cli.Releases;
using Understudy.Cli.Retraining;
using Understudy.Cli.Studies;
using Understudy.Cli.Tasks;
using Understudy.Cli.Training;

namespace Understudy.Cli.Shell;

/// <summary>The root: what there is to run. Nothing heavy is touched here; commands load what they need when they run.</summary>
internal sealed class UnderstudyCommand : RootCommand
{
    public const string CommandName = "understudy";

    public UnderstudyCommand(Surroundings surroundings)
        : base("Small models in front of a large one: train them, measure them, promise how well they do, and let them answer.")
    {
        var shared = new SharedOptions(surroundings);
        Options.Add(shared.Json);
        Options.Add(shared.Models);
        Subcommands.Add(new TaskCommand(shared));
        Subcommands.Add(new DataCommand(shared));
        Subcommands.Add(TrainCommand.Train(shared));
        Subcommands.Add(TrainCommand.Distill(shared));
        Subcommands.Add(TrainCommand.Compress(shared));
        Subcommands.Add(new RetrainCommand(shared));
        Subcommands.Add(new EvaluateCommand(shared));
        Subcommands.Add(new CalibrateCommand(shared));
        Subcommands.Add(new OptimizeCommand(shared));
        Subcommands.Add(new ReleaseCommand(shared));
        Subcommands.Add(new InferCommand(shared));
        Subcommands.Add(new GenerateCommand(shared));
        Subcommands.Add(new BatchCommand(shared));
        Subcommands.Add(new PromptCommand(shared));
        Subcommands.Add(new StudyCommand(shared));
        Subcommands.Add(new EdgeCommand(shared));
        Subcommands.Add(new BenchCommand(shared));
        Subcommands.Add(new DemoCommand(shared));
        SetAction(parsed => new HelpAction().Invoke(parsed));
    }
}
